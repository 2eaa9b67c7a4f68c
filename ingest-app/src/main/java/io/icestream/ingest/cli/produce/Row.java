package io.icestream.ingest.cli.produce;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One line of input.
 *
 * @param line number of the line that it begins in, from 1
 * @param fields its values by column; text where the input is CSV; a missing value is absent
 */
record Row(long line, ObjectNode fields) {}
