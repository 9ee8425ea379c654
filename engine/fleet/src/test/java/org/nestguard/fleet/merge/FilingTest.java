package org.nestguard.fleet.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nestguard.fleet.inventory.Identity;

class FilingTest {
    private static final int LINES = 600;

    private static Filed filed(Random random, int line) {
        boolean guest = random.nextInt(4) > 0;
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(line).array();
        return new Filed(guest, new Identity(random.nextInt(3), random.nextInt(300)), guest, 7, line, bytes);
    }

    private static List<Path> left() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(file -> file.getFileName().toString().endsWith(".run"))
                    .toList();
        }
    }

    /** With room for two lines there are more files than are read at once. */
    @Test
    void moreThanThereIsRoomForComesBackInOrderAndWhole() throws Exception {
        for (long room : new long[] {250, 10_000, 1 << 30}) {
            List<Filed> taken = new ArrayList<>();
            List<Filed> back = new ArrayList<>();
            Random random = new Random(3);
            try (Filing filing = new Filing(room)) {
                for (int i = 0; i < LINES; i++) {
                    Filed filed = filed(random, i);
                    taken.add(filed);
                    filing.add(filed);
                }
                for (Filed filed = filing.next(); filed != null; filed = filing.next()) {
                    back.add(filed);
                }
            }
            taken.sort(Filed.ORDER); // stable: of the same, the first stays the first
            assertEquals(LINES, back.size());
            for (int i = 0; i < LINES; i++) {
                assertTrue(taken.get(i).ofTheSame(back.get(i)));
                assertEquals(taken.get(i).line(), back.get(i).line());
                assertEquals(taken.get(i).timed(), back.get(i).timed());
                assertEquals(
                        taken.get(i).line(),
                        ByteBuffer.wrap(back.get(i).bytes()).getInt());
            }
        }
    }

    @Test
    void noFileIsLeftWhereSomebodyCouldFindIt() throws Exception {
        List<Path> before = left();
        try (Filing filing = new Filing(1_000)) {
            Random random = new Random(4);
            for (int i = 0; i < 100; i++) {
                filing.add(filed(random, i));
            }
            assertEquals(before, left(), "an open file has no name any more");
        }
        assertEquals(before, left());
    }
}
