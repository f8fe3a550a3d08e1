"""A token server for a registry with `auth: token`: token_server.py DIR.

Makes a key and certificate in DIR (token.key, token.crt), listens on a free port of the loopback
device, and writes that to DIR/token.port when it does. The user me has the password s3cret and may do
everything; without a name one may pull what is below public/. Each answer is a line of
DIR/token.log: the status, the user, the scopes that were granted.
"""
import base64
import hashlib
import http.server
import json
import os
import subprocess
import sys
import time
import urllib.parse

SERVICE = "test registry"
ISSUER = "test issuer"


def text64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def grant(scope, user):
    kind, name, actions = scope.rsplit(":", 2) if scope.count(":") >= 2 else (scope, "", "")
    wanted = actions.split(",")
    if not user:
        allowed = kind == "repository" and name.startswith("public/")
        wanted = ["pull"] if allowed and "pull" in wanted else []
    return {"type": kind, "name": name, "actions": wanted}


class Server(http.server.BaseHTTPRequestHandler):
    folder = "."

    def user(self):
        """Nothing: no credentials; None: wrong ones."""
        header = self.headers.get("Authorization", "")
        if not header:
            return ""
        name, _, password = base64.b64decode(header.split()[-1]).decode().partition(":")
        return "me" if (name, password) == ("me", "s3cret") else None

    def token(self, user, access):
        with open(f"{self.folder}/token.der", "rb") as file:
            chain = [base64.b64encode(file.read()).decode()]
        now = int(time.time())
        head = {"typ": "JWT", "alg": "RS256", "x5c": chain}
        body = {"iss": ISSUER, "sub": user, "aud": SERVICE, "exp": now + 300, "nbf": now - 10,
                "iat": now, "jti": hashlib.sha256(os.urandom(16)).hexdigest(), "access": access}
        signed = ".".join(text64(json.dumps(part).encode()) for part in (head, body))
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", f"{self.folder}/token.key"],
            input=signed.encode(), capture_output=True, check=True).stdout
        return signed + "." + text64(signature)

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        user = self.user()
        scopes = " ".join(query.get("scope", [])).split()
        access = [grant(scope, user) for scope in scopes] if user is not None else []
        with open(f"{self.folder}/token.log", "a", encoding="utf-8") as log:
            granted = " ".join(f"{a['type']}:{a['name']}:{','.join(a['actions'])}" for a in access)
            log.write(f"{401 if user is None else 200} {user or '-'} {granted}\n")
        answer = {"details": "wrong"} if user is None else {"token": self.token(user, access)}
        data = json.dumps(answer).encode()
        self.send_response(401 if user is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def main(folder):
    Server.folder = folder
    quiet = {"check": True, "stderr": subprocess.DEVNULL}
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=token authority", "-keyout", f"{folder}/token.key",
                    "-out", f"{folder}/token.crt"], **quiet)
    subprocess.run(["openssl", "x509", "-in", f"{folder}/token.crt", "-outform", "DER",
                    "-out", f"{folder}/token.der"], **quiet)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    with open(f"{folder}/token.port.new", "w", encoding="utf-8") as file:
        file.write(str(server.server_port))
    os.rename(f"{folder}/token.port.new", f"{folder}/token.port")
    server.serve_forever()


main(sys.argv[1])
