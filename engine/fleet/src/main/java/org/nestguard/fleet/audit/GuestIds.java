package org.nestguard.fleet.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.nestguard.fleet.inventory.Identity;

/**
 * The guests that were seen, 16 bytes each: a UUID is that long, and of any other id as much of its SHA-256 is taken. They lie in
 * a temporary file that is mapped into memory, so that they take nothing of the heap, however many there are.
 */
final class GuestIds {
    private static final int FIRST = 1 << 15;
    private static final int MOST = 1 << 27; // no mapping is larger than 2 GiB
    private static final int FULL = 3; // of four
    private static final long NO_UUID = 0x6e65737467756172L; // of the one in which all digits are 0

    private final int most;
    private LongBuffer slots; // two longs a slot, both 0 where it is free
    private int size = FIRST;
    private int count;

    GuestIds() throws IOException {
        this(MOST);
    }

    /** @param most how many slots there may be; a power of two */
    GuestIds(int most) throws IOException {
        this.most = most;
        slots = mapped(size);
    }

    /**
     * Notes one.
     *
     * @return whether it was not there before
     * @throws AuditException where there are too many
     * @throws IOException where temporary files have no room for more
     */
    boolean add(Identity id) throws IOException {
        if (4L * (count + 1) > (long) FULL * size) {
            grow();
        }
        long least = id.most() == 0 && id.least() == 0 ? NO_UUID : id.least(); // zeros mark a free slot
        if (!put(slots, size, id.most(), least)) {
            return false;
        }
        count++;
        return true;
    }

    private void grow() throws IOException {
        if (size >= most) {
            throw new AuditException(
                    "more than " + count + " guests do not fit into one audit; audit the pools one by one");
        }
        LongBuffer larger = mapped(2 * size);
        for (int i = 0; i < 2 * size; i += 2) {
            if (slots.get(i) != 0 || slots.get(i + 1) != 0) {
                put(larger, 2 * size, slots.get(i), slots.get(i + 1));
            }
        }
        slots = larger;
        size *= 2;
    }

    private static LongBuffer mapped(int size) throws IOException {
        Path file = Files.createTempFile("nestguard-guests-", ".ids");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
            // written, not left out: where the disk is full this fails, and not the first access to what has no room
            ByteBuffer zeros = ByteBuffer.allocate(FIRST);
            long length = 2L * Long.BYTES * size;
            while (channel.position() < length) {
                channel.write(zeros.clear());
            }
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, length)
                    .order(ByteOrder.nativeOrder())
                    .asLongBuffer();
        }
    }

    private static boolean put(LongBuffer slots, int size, long most, long least) {
        int mask = size - 1;
        long mixed = (most ^ Long.rotateLeft(least, 32)) * 0x9E3779B97F4A7C15L;
        int at = (int) (mixed >>> 32) & mask;
        while (slots.get(2 * at) != 0 || slots.get(2 * at + 1) != 0) {
            if (slots.get(2 * at) == most && slots.get(2 * at + 1) == least) {
                return false;
            }
            at = (at + 1) & mask;
        }
        slots.put(2 * at, most);
        slots.put(2 * at + 1, least);
        return true;
    }
}
