"""How do the simulator's tests run the real program, and what does a merchant look like to it?"""

import contextlib
import http.server
import queue
import signal
import subprocess
import sys
import threading

import httpx

from tests.simulator.orders import CREDENTIALS

KEYS = "\n".join(CREDENTIALS) + "\n"


@contextlib.contextmanager
def simulator(*options, listen="127.0.0.1:0"):
    """The real program; it must end by itself, with 0, when it is told to."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "telesales_desktop.simulator",
            "serve",
            "--listen",
            listen,
            *options,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        process.stdin.write(KEYS)
        process.stdin.flush()
        word, _, address = process.stdout.readline().strip().partition(" ")
        assert word == "listening", process.stderr.read()
        with httpx.Client(base_url=address, auth=CREDENTIALS, trust_env=False) as client:
            yield client
        process.send_signal(signal.SIGTERM)
        rest, told = process.communicate(timeout=30)
        assert (process.returncode, rest, told) == (0, "", "")
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()


@contextlib.contextmanager
def tiny_merchant():
    """A loopback web server that hands over every POST it gets."""
    received = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.put((self.path, dict(self.headers), body))
            self.do_GET()

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", received
        finally:
            server.shutdown()
            thread.join()
