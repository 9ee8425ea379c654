package org.nestguard.facts;

/** What is about to be done to the guest. */
public enum Operation implements Worded {
    /** Live migration to another host. */
    MIGRATE("migrate"),
    /** Saving the running state: savevm, virsh save, managedsave, a snapshot with memory. */
    SAVEVM("savevm"),
    /** Loading a saved state: loadvm, virsh restore, a revert to a snapshot with memory. */
    LOADVM("loadvm");

    private final String word;

    Operation(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
