package io.icestream.ingest.protocol;

/**
 * One chunk of an array group: the arrays of all variables share their chunk grid.
 *
 * @param group path of the array group
 * @param time index of the chunk along time, in chunks
 * @param station index of the chunk along the stations, in chunks
 */
public record ChunkKey(String group, long time, int station) {}
