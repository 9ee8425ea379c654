package org.nestguard.evidence.view;

/** A tree or an archive of one that cannot be read: where, what, and what helps. */
public final class UnreadableTreeException extends Exception {
    private static final long serialVersionUID = 1;

    private final String where;
    private final String what;
    private final String remedy;

    /**
     * One complaint.
     *
     * @param where the file or folder, and the entry in it where that is the matter
     * @param what what is wrong
     * @param remedy what the operator can do
     */
    public UnreadableTreeException(String where, String what, String remedy) {
        super(where);
        this.where = where;
        this.what = what;
        this.remedy = remedy;
    }

    @Override
    public String getMessage() {
        return where + ": " + what + "; " + remedy;
    }

    /** The file or folder it is about. */
    public String where() {
        return where;
    }

    /** The same of what the operator called it, where what is wrong was found in a copy. */
    public UnreadableTreeException in(String name) {
        return new UnreadableTreeException(name, what, remedy);
    }

    /** What the operator can do. */
    public String remedy() {
        return remedy;
    }
}
