package org.nestguard.store;

/**
 * The tables of one purpose, as its own module describes them.
 *
 * @param folder of the migrations on the class path, with slashes; they may say {@code ${number}} for the type of a number
 *     that the database gives
 * @param table where it is noted which of them were applied; no two purposes have the same, so that a database of one is not
 *     taken for one of the other
 */
public record Schema(String folder, String table) {}
