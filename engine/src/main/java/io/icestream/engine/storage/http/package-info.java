/**
 * Objects on web servers, read only.
 *
 * <p>{@link io.icestream.engine.storage.http.HttpStorage} is a repository that a server hands out as plain files; {@link
 * io.icestream.engine.storage.http.RedirectStorage} is one whose place a server tells by a redirection; {@link
 * io.icestream.engine.storage.http.HttpReader} reads ranges of any objects.
 *
 * <p>What is asked of a server: {@code Content-Length} on HEAD, and 206 with {@code Content-Range} for ranges. A server
 * without ranges will do for whole objects, which is what repositories read unless they hold packed or virtual chunks.
 *
 * <p>Inside: {@code HttpCalls} sends single requests and follows redirections; {@code HttpAttempts} repeats what may pass;
 * {@code Body} takes the payload; {@code RangeRequest} and {@code RangeReply} hold what is asked and told about ranges.
 *
 * <p>Source: RFC 9110.
 */
@NullMarked
package io.icestream.engine.storage.http;

import org.jspecify.annotations.NullMarked;
