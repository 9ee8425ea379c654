package org.nestguard.store;

/** A database with two tables. */
final class Tried {
    private Tried() {}

    static Store open(Place place) {
        return Store.open(place, new Schema("org/nestguard/store/tried", "schema_history"));
    }

    /** The same place, for something else. */
    static Store openForAnother(Place place) {
        return Store.open(place, new Schema("org/nestguard/store/tried", "other_history"));
    }
}
