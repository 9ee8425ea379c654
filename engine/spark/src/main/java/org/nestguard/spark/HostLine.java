package org.nestguard.spark;

import java.io.Serializable;
import org.nestguard.engine.text.FlatReader;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.engine.text.UnreadableException;

/**
 * A host as it is written.
 *
 * @param line the number of its line in the stretch, from 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HostLine(Stretch stretch, long line, byte[] bytes) implements Serializable {
    FlatRecord read() {
        try {
            return new FlatReader(stretch.file(), false).read(bytes, 0, bytes.length, line);
        } catch (UnreadableException e) {
            throw new IllegalStateException("a host that could be read cannot be read again", e);
        }
    }
}
