package io.icestream.engine.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests that need the {@link SharedFolder}. They carry the tag {@code shared}, run where the folder exists, and
 * are skipped elsewhere, except where the
 * environment variable {@code CI} is {@code true}: there they run, and so fail, instead of passing unnoticed.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("shared")
@ExtendWith(UsesSharedCondition.class)
public @interface UsesShared {}
