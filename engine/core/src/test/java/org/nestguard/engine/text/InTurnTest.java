package org.nestguard.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work on a thread of its own. */
class InTurnTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 129, 256, 100_000})
    void allIsDoneInTheOrderInWhichItCame(int many) throws IOException {
        List<Integer> done = new ArrayList<>();
        InTurn<Integer> turn = new InTurn<>(done::add);
        for (int i = 0; i < many; i++) {
            turn.add(i);
        }
        turn.end();
        assertEquals(IntStream.range(0, many).boxed().toList(), done);
    }

    @Test
    void aHandfulNeedsNoThread() throws IOException {
        AtomicReference<Thread> worker = new AtomicReference<>();
        InTurn<Integer> few = new InTurn<>(one -> worker.set(Thread.currentThread()));
        few.add(1);
        few.end();
        assertSame(Thread.currentThread(), worker.get());
        InTurn<Integer> many = new InTurn<>(one -> worker.set(Thread.currentThread()));
        for (int i = 0; i < 200; i++) {
            many.add(i);
        }
        many.end();
        assertNotSame(Thread.currentThread(), worker.get());
    }

    @Test
    void whoIsAheadPreparesWhatWaitsAndTheOrderStays() throws IOException {
        AtomicInteger preparedByCaller = new AtomicInteger();
        Thread caller = Thread.currentThread();
        List<Integer> done = new ArrayList<>();
        InTurn<FutureTask<Integer>> turn = new InTurn<>(new InTurn.Work<>() {
            @Override
            public void on(FutureTask<Integer> one) {
                one.run();
                try {
                    done.add(one.get());
                } catch (InterruptedException | ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public void prepare(FutureTask<Integer> one) {
                one.run();
            }
        });
        for (int i = 0; i < 20_000; i++) {
            int number = i;
            turn.add(new FutureTask<>(() -> {
                if (Thread.currentThread() == caller) {
                    preparedByCaller.incrementAndGet();
                }
                LockSupport.parkNanos(1_000); // work that keeps the other thread behind
                return number;
            }));
        }
        turn.end();
        assertEquals(IntStream.range(0, 20_000).boxed().toList(), done);
        assertTrue(preparedByCaller.get() > 0, "the caller only waited");
    }

    @Test
    void aFailureIsHeardOfWithoutEndAndAtTheEnd() {
        InTurn<Integer> turn = new InTurn<>(one -> {
            throw new IOException("Broken pipe");
        });
        IOException heard = assertThrows(IOException.class, () -> {
            while (true) { // it must not wait for ever for one who has gone
                turn.add(1);
            }
        });
        assertEquals("Broken pipe", heard.getMessage());
        assertEquals("Broken pipe", assertThrows(IOException.class, turn::end).getMessage());
        InTurn<Integer> late = new InTurn<>(one -> {
            if (one == 200) {
                throw new IllegalStateException("a defect");
            }
        });
        assertThrows(IllegalStateException.class, () -> {
            for (int i = 0; i < 201; i++) {
                late.add(i);
            }
            late.end();
        });
    }
}
