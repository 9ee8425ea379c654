package org.nestguard.spark;

import java.io.Serializable;
import org.apache.hadoop.fs.Path;

/**
 * The lines of a file that begin in one part of it; rows are numbered through their whole file.
 *
 * @param file as people are told of it
 * @param start where the part begins, in bytes; 0 for rows
 */
record Stretch(String file, long start) implements Serializable {
    /** What a file is called: its path, and where it is not of this machine the system that it is in. */
    static String name(Path file) {
        return "file".equals(file.toUri().getScheme()) ? file.toUri().getPath() : file.toString();
    }
}
