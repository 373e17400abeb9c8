"""A `cordon hub` of one's own, started on a free port over the demonstration list."""
import http.client
import json
import os
import shutil
import signal
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORDON = os.environ.get('CORDON', os.path.join(ROOT, 'build', 'cordon'))
DEMO = os.path.join(ROOT, 'data', 'demo', 'demo.ftm.jsonl')


class Hub:
    def __init__(self, folder, lists=(DEMO,), options=()):
        self.folder = folder
        self.lists = os.path.join(folder, 'lists')
        os.makedirs(self.lists, exist_ok=True)
        for path in lists:
            shutil.copy(path, self.lists)
        self.options = list(options)
        self.start(options)

    def start(self, options=()):
        self.process = subprocess.Popen([CORDON, 'hub', '--data', self.folder, '--port', '0', *options], stdout=subprocess.PIPE,
                                        text=True)
        line = self.process.stdout.readline()
        assert line.startswith(('ready: http://127.0.0.1:', 'ready: https://127.0.0.1:')), line
        self.port = int(line.rsplit(':', 1)[1].strip().strip('/'))

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=20)
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text, answer.headers

    def json(self, method, path, body=None):
        status, text, _ = self.ask(method, path, body)
        return status, json.loads(text)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.close()
        return self.process.wait(10)
