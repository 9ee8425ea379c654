package org.nestguard.server;

import org.nestguard.store.Place;
import org.nestguard.store.Schema;
import org.nestguard.store.Store;
import org.nestguard.store.StoreException;

/** The database of the service: facts, marks, decisions and waivers. */
public final class ServiceStore {
    private static final Schema SCHEMA = new Schema("org/nestguard/server/schema", "schema_history");

    private ServiceStore() {}

    /**
     * Opens it and brings it up to date.
     *
     * @throws StoreException saying what is wrong with it
     */
    public static Store open(Place place) {
        return Store.open(place, SCHEMA);
    }

    /** Reads the least that there is. @throws StoreException where the database fails */
    static void check(Store store) {
        store.read(handle -> handle.createQuery("select count(*) from decision_key")
                .mapTo(Integer.class)
                .one());
    }
}
