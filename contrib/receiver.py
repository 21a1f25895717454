import base64, hmac, json, os, time
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(os.environ["FINEPRINT_WEBHOOK_SECRET"].removeprefix("whsec_"))
seen = set()  # in earnest a table: a repeat may come days later

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        id, timestamp = self.headers.get("webhook-id", ""), self.headers.get("webhook-timestamp", "")
        signed = f"{id}.{timestamp}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.digest(KEY, signed, "sha256")).decode()
        given = self.headers.get("webhook-signature", "").split()
        genuine = any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)
        if not genuine or abs(time.time() - int(timestamp)) > 300:
            return self.answer(401)
        if id not in seen:
            seen.add(id)
            data = json.loads(body)["data"]
            print(data["subject"], data["url"], data["more"], sep="\n  ", flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

server = HTTPServer(("127.0.0.1", int(os.environ.get("PORT", 8000))), Receiver)
print("listening on port", server.server_port, flush=True)
server.serve_forever()
