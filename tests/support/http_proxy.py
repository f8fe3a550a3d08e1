"""A proxy for http that takes every host to be one server: http_proxy.py SERVER DIRECTORY.

Writes its port to DIRECTORY/proxy.port and a line for each request to DIRECTORY/proxy.log: method, URL and
the scheme of Authorization or "-".
"""
import http.client
import http.server
import os
import sys
import urllib.parse

server, directory = sys.argv[1:]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def note(self):
        with open(os.path.join(directory, "proxy.log"), "a", encoding="ascii") as log:
            scheme = self.headers.get("Authorization", "-").split()[0]
            log.write(f"{self.command} {self.path} {scheme}\n")

    def forward(self):
        self.note()
        url = urllib.parse.urlsplit(self.path)
        line = http.client.HTTPConnection(server)
        line.putrequest(self.command, url.path + ("?" + url.query if url.query else ""),
                        skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in ("host", "proxy-connection"):
                line.putheader(name, value)
        line.endheaders()
        answer = line.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_HEAD = forward

    def do_CONNECT(self):
        self.note()
        self.send_error(405)

    def log_message(self, *_):
        pass


proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(os.path.join(directory, "port.new"), "w", encoding="ascii") as file:
    file.write(str(proxy.server_port))
os.rename(os.path.join(directory, "port.new"), os.path.join(directory, "proxy.port"))
proxy.serve_forever()
