package io.icestream.ingest.config;

/**
 * Which snapshots get a tag.
 *
 * @param enabled whether finished days are tagged
 * @param pattern name of the tag; {@code {date}} is the day in ISO form, {@code {ingest}} the id
 */
public record TagSettings(boolean enabled, String pattern) {}
