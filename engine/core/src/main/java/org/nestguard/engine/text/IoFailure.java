package org.nestguard.engine.text;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What a file system says, in words: Java says of most only the name of the file, and the rest in the name of a class. */
public final class IoFailure {
    private IoFailure() {}

    /** The file, where it is known, and why. */
    public static String inWords(IOException e) {
        return e instanceof FileSystemException file && file.getFile() != null
                ? file.getFile() + ": " + why(e)
                : why(e);
    }

    /** Why alone, for who has said which file. */
    public static String why(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "this user may not";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "something else is there already";
        }
        String said = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return said == null ? "it failed (" + e.getClass().getSimpleName() + ")" : said;
    }
}
