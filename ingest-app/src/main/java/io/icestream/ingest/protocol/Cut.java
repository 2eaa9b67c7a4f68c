package io.icestream.ingest.protocol;

/**
 * Which rows belong to a snapshot: those with an offset below {@code position} and a window below {@code closed}.
 *
 * @param position next offset of each source partition
 * @param closed number of closed windows
 */
public record Cut(Offsets position, long closed) {}
