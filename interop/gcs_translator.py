"""Lets the reference client use fake-gcs-server.

The reference client speaks the XML interface of Google Cloud Storage, of which fake-gcs-server knows reading only. This
stands between the two: it turns writes and copies into requests of the JSON interface, with their conditions and user
metadata, and hands on everything else as it is.
"""

import http.client
import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def start(endpoint):
    """Starts it for the server at an address, in threads that end with the process; gives its own address."""
    host = urllib.parse.urlsplit(endpoint).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args):
            pass

        def ask(self, method, path, body=None, headers={}):
            connection = http.client.HTTPConnection(host)
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return reply, reply.read()

        def answer(self, status, headers, body=b""):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def pass_on(self):
            kept = {n: v for n, v in self.headers.items() if n.lower() in ("range", "accept")}
            reply, body = self.ask(self.command, self.path, headers=kept | {"Host": host})
            headers = {n: v for n, v in reply.getheaders() if n.lower() not in ("transfer-encoding", "connection", "date")}
            self.answer(reply.status, headers, body)

        do_GET = do_HEAD = do_DELETE = pass_on

        def do_PUT(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            bucket, key = urllib.parse.urlsplit(self.path).path[1:].split("/", 1)
            source = self.headers.get("x-goog-copy-source")
            reply, answer = self.copy(source, bucket, key) if source else self.insert(bucket, key, body)
            if reply.status != 200:
                self.answer(reply.status, {}, answer)
                return
            described = json.loads(answer)
            described = described.get("resource", described)
            etag = '"' + described["etag"].strip('"') + '"'
            result = f"<CopyObjectResult><ETag>{etag}</ETag></CopyObjectResult>".encode() if source else b""
            self.answer(200, {"ETag": etag, "x-goog-generation": described["generation"]}, result)

        def copy(self, source, bucket, key):
            from_bucket, from_key = source.lstrip("/").split("/", 1)
            encoded = lambda text: urllib.parse.quote(urllib.parse.unquote(text), safe="")
            path = f"/storage/v1/b/{from_bucket}/o/{encoded(from_key)}/rewriteTo/b/{bucket}/o/{encoded(key)}"
            return self.ask("POST", path)

        def insert(self, bucket, key, body):
            query = {"uploadType": "multipart", "name": urllib.parse.unquote(key)}
            expected = self.headers.get("x-goog-if-generation-match")
            if expected is not None:
                query["ifGenerationMatch"] = expected
            metadata = {n[len("x-goog-meta-") :].lower(): v for n, v in self.headers.items() if n.lower().startswith("x-goog-meta-")}
            parts = (
                b"--part\r\nContent-Type: application/json\r\n\r\n"
                + json.dumps({"metadata": metadata}).encode()
                + b"\r\n--part\r\nContent-Type: application/octet-stream\r\n\r\n"
                + body
                + b"\r\n--part--\r\n"
            )
            path = f"/upload/storage/v1/b/{bucket}/o?" + urllib.parse.urlencode(query)
            return self.ask("POST", path, parts, {"Content-Type": "multipart/related; boundary=part"})

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"
