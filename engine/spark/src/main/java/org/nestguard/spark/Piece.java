package org.nestguard.spark;

import org.nestguard.fleet.inventory.Chunk;

/**
 * Some lines of the input, or a row as a line.
 *
 * @param stretch the part of the input that it is of
 * @param firstLine the number of its first line among those of the stretch, from 0
 * @param lines the lines
 */
record Piece(Stretch stretch, long firstLine, Chunk lines) {}
