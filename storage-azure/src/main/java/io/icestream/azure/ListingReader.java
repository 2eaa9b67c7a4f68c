package io.icestream.azure;

import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.cloud.KeyPrefix;
import io.icestream.engine.storage.cloud.ListedPage;
import io.icestream.engine.storage.cloud.Reply;
import java.io.ByteArrayInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads a page of List Blobs. For one thread. */
final class ListingReader {
    private final KeyPrefix prefix;
    private final List<ObjectSummary> objects = new ArrayList<>();

    private String name = "";
    private long sizeBytes;
    private Instant lastModified = Instant.EPOCH;
    private boolean directory;
    private String next = "";

    private ListingReader(KeyPrefix prefix) {
        this.prefix = prefix;
    }

    static ListedPage read(Reply reply, KeyPrefix prefix) {
        ListingReader reader = new ListingReader(prefix);
        try {
            reader.read(reply.bytes());
        } catch (XMLStreamException | DateTimeException | NumberFormatException e) {
            throw AzureFailures.stranger(reply, "listing that can be read");
        }
        return new ListedPage(reader.objects, reader.next.isEmpty() ? Optional.empty() : Optional.of(reader.next));
    }

    private void read(byte[] body) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(body));
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                element(xml);
            } else if (event == XMLStreamConstants.END_ELEMENT
                    && xml.getLocalName().equals("Blob")) {
                finishBlob();
            }
        }
    }

    private void element(XMLStreamReader xml) throws XMLStreamException {
        switch (xml.getLocalName()) {
            case "Name" -> {
                boolean encoded = "true".equals(xml.getAttributeValue(null, "Encoded"));
                String text = xml.getElementText();
                name = encoded ? URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8) : text;
            }
            case "Content-Length" -> sizeBytes = Long.parseLong(xml.getElementText());
            case "Last-Modified" ->
                lastModified = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(xml.getElementText()));
            case "ResourceType" -> directory = xml.getElementText().equals("directory");
            case "NextMarker" -> next = xml.getElementText();
            default -> {
                // nothing that is asked for
            }
        }
    }

    /** Accounts with a hierarchy list its folders too. */
    private void finishBlob() {
        if (!directory) {
            objects.add(new ObjectSummary(prefix.key(name), sizeBytes, lastModified));
        }
        directory = false;
        sizeBytes = 0;
    }
}
