#!/usr/bin/env bash
# The rows of the operations contract (Appendix A) that hold now, as an operator would type them: curl and jq against
# a real server. Usage: run.sh VARPULIS. Each row is a function named after it; the exit code says whether all passed.
set -uo pipefail

varpulis=$1
work=$(mktemp -d)
cd "$work" || exit 1
failed=0 rows=0 pid=

# --- a server of its own for each row ------------------------------------------------------------

# start [ARGUMENT...]: B and M are its addresses, s.log its log; ports are chosen by the system.
start() {
  : >s.log
  "$varpulis" server --port 0 --metrics-port 0 "$@" >s.log 2>&1 &
  pid=$!
  local i
  for i in $(seq 600); do
    grep -q '^State:' s.log && break
    kill -0 "$pid" 2>/dev/null || { echo "the server has ended:"; cat s.log; return 1; }
    sleep 0.05
  done
  B=$(sed -n 's/^Varpulis .* listening on //p' s.log | head -n 1)
  M=$(sed -n 's|^Metrics: \(.*\)/metrics$|\1|p' s.log)
}
stop() {
  [ -n "$pid" ] || return 0
  kill -TERM "$pid" 2>/dev/null
  wait "$pid"
  local status=$?
  pid=
  return $status
}
trap 'stop; [ -z "${sink_pid:-}" ] || kill "$sink_pid"; rm -rf "$work"' EXIT

# wait_for FILE PATTERN: until a line of the file matches.
wait_for() {
  local i
  for i in $(seq 600); do
    grep -q -- "$2" "$1" 2>/dev/null && return 0
    sleep 0.05
  done
  return 1
}

# --- the harness of the contract ----------------------------------------------------------------

KEY=k1
q() { curl -sS -H "x-api-key: $KEY" "$@"; }
pj() { local u=$1 d=$2; shift 2; q -X POST -H 'Content-Type: application/json' -d "$d" "$@" "$u"; }
st() { curl -s -o out.json -w '%{http_code}\n' -H "x-api-key: $KEY" "$@"; }
dep() { pj "$B/api/v1/pipelines" "$(jq -n --arg n "$1" --arg s "$2" '{name:$n,source:$s}')" | jq -r .id; }
ev() { pj "$B/api/v1/pipelines/$1/events" "{\"event_type\":\"$2\",\"fields\":$3}"; }
T95='stream Alert = TempReading as t .where(t.value > 95) .emit(alert: true)'
T100='stream Alert = TempReading as t .where(t.value > 100) .emit(alert: true)'
FRAUD='stream Alert = Login as a -> Purchase as b .within(5m) .where(a.user == b.user) .emit(user: a.user)'

port_of() { echo "${1##*:}"; }
# The local address, in hexadecimal, of whoever listens on the port.
listens_on() { awk -v p="$(printf ':%04X' "$1")" '$4 == "0A" && index($2, p) { print substr($2, 1, 8) }' /proc/net/tcp; }

# --- rows ------------------------------------------------------------------------------------------

A1() { start && curl -sf "$B/health" >out.json && [ "$(listens_on "$(port_of "$B")")" = 0100007F ]; }
A3() { start --bind 0.0.0.0 && [ "$(listens_on "$(port_of "$B")")" = 00000000 ]; }
A4() { start && [ -z "$M" ] && stop && start --metrics && curl -sf "$M/metrics" >out.txt; }
A6() {
  start --api-key k1
  [ "$(curl -s -o out.json -w '%{http_code}' "$B/api/v1/pipelines")" = 401 ] &&
    jq -e '.error and .code' out.json && [ "$(st "$B/api/v1/pipelines")" = 200 ]
}
# crash: what kill -9 leaves; the next `start` finds it.
crash() {
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null
  pid=
}
A7() {
  start --state-dir sd --metrics && grep -q '^State: sd$' s.log && id=$(dep f "$FRAUD") &&
    ev "$id" Login '{"user":"u"}' >out.txt && crash && start --state-dir sd &&
    ev "$id" Purchase '{"user":"u"}' | jq -e '.output_events[0].fields.user=="u"' &&
    q "$B/api/v1/pipelines/$id/metrics" | jq -e '.events_processed==2' &&
    q "$B/api/v1/usage" | jq -e '.events_processed==2 and .active_pipelines==1'
}
A8() {
  VARPULIS_API_KEY=k1 start
  [ "$(curl -s -o out.json -w '%{http_code}' "$B/api/v1/pipelines")" = 401 ] && [ "$(st "$B/api/v1/pipelines")" = 200 ]
}
A9() {
  printf 'server:\n  metrics_enabled: true\n' >c.yaml
  VARPULIS_CONFIG=c.yaml start && curl -sf "$M/metrics" >out.txt
}
A10() {
  VARPULIS_RATE_LIMIT=5 start
  # One process for all requests: they have to come faster than the rate, however busy the machine is.
  curl -s -o 'limited-#1.json' -w '%{http_code}\n' "$B/api/v1/usage?[1-200]" | sort | uniq -c | grep -q 429 &&
    jq -e -s 'any(.[]; .code=="rate_limited")' limited-*.json
}
A11() { VARPULIS_STATE_DIR=sd11 start && test -d sd11; }
A12() { RUST_LOG=error start && curl -sf "$B/health" >out.json && stop && [ "$(grep -c INFO s.log)" = 0 ]; }
A48() {
  start && id=$(dep a "$T95") && ev "$id" TempReading '{"value":97}' | jq -e '.output_events|length==1' &&
    pj "$B/api/v1/pipelines/$id/reload" "$(jq -n --arg s "$T100" '{source:$s}')" | jq -e .reloaded &&
    ev "$id" TempReading '{"value":97}' | jq -e '.output_events|length==0'
}
A49() {
  start && id=$(dep a "$T95") && r=$B/api/v1/pipelines/$id/reload && json=$(jq -n '{source:"stream X = ("}') &&
    st -X POST -H 'Content-Type: application/json' -d "$json" "$r" | grep -qE '^(400|422)$' &&
    ev "$id" TempReading '{"value":97}' | jq -e '.output_events|length==1'
}
A50() {
  printf 'server: {metrics_enabled: true}\n' >c.yml
  printf '[server]\nmetrics_enabled = true\n' >c.toml
  start --config c.yml && curl -sf "$M/metrics" >out.txt && stop &&
    start --config c.toml && curl -sf "$M/metrics" >out.txt
}
A51() {
  echo "$T95" >r.vpl
  "$varpulis" config-gen --format yaml >g.yaml && grep -q '^logging:' g.yaml &&
    "$varpulis" --config g.yaml check r.vpl >out.txt
}
A52() { "$varpulis" config-gen --format toml >g.toml && grep -q '^\[logging\]' g.toml && "$varpulis" --config g.toml config-gen >out.txt; }
# --- connectors ---

# sink STATUS: a service that answers so; its requests go to sink.txt, U is its address.
sink() {
  [ -z "${sink_pid:-}" ] || kill "$sink_pid" 2>/dev/null
  cat >sink.py <<'PYTHON'
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open("sink.txt", "ab") as out: out.write(body + b"\n")
        self.send_response(int(open("status.txt").read()))
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
  echo "$1" >status.txt
  : >sink.txt
  : >port.txt
  python3 sink.py >port.txt &
  sink_pid=$!
  wait_for port.txt '^[0-9]' && U="http://127.0.0.1:$(cat port.txt)"
}
sink_status() { echo "$1" >status.tmp && mv status.tmp status.txt; }
hooked() { dep h "connector H = http(url: \"$U\", max_retries: 0${1:-})
stream Alert = TempReading as t .where(t.value > 95) .emit(value: t.value) .to(H)"; }
hot() { local i; for i in $(seq "$2"); do ev "$1" TempReading "{\"value\":$((95 + i))}" >out.txt; done; }
rejected() { wait_for_json "$B/api/v1/pipelines/$1/metrics" ".sinks[0].rejections_total>=$2"; }
# wait_for_json URL FILTER: until the answer passes.
wait_for_json() {
  local i
  for i in $(seq 600); do
    q "$1" | jq -e "$2" >out.txt 2>&1 && return 0
    sleep 0.05
  done
  return 1
}
A66() { sink 200 && start && id=$(hooked) && hot "$id" 3 && wait_for_json "$B/api/v1/pipelines/$id/metrics" '.sinks[0].successes_total==3' && [ "$(wc -l <sink.txt)" = 3 ]; }
A67() { sink 500 && start && id=$(hooked) && hot "$id" 8 && rejected "$id" 3 && [ "$(wc -l <sink.txt)" = 5 ] && [ "$(grep -c 'Circuit breaker opened' s.log)" = 1 ]; }
A68() { rm -f varpulis-dlq.jsonl && A67 && [ "$(jq -r .error varpulis-dlq.jsonl | grep -c 'circuit breaker open')" = 3 ]; }
A69() {  # with a shorter time than 30 s; A71 is the second half
  sink 500 && start && id=$(hooked ', failure_threshold: 1, reset_timeout: 500ms') && hot "$id" 2 && rejected "$id" 1 && sleep 0.6 &&
    pj "$B/api/v1/pipelines/$id/events-batch" "$(jq -n '{events:[range(10)|{event_type:"TempReading",fields:{value:99}}]}')" >out.txt &&
    rejected "$id" 10 && [ "$(wc -l <sink.txt)" = 2 ]
}
A70() {
  sink 500 && start && id=$(hooked ', failure_threshold: 1, reset_timeout: 500ms') && hot "$id" 2 && rejected "$id" 1 && sleep 0.6 &&
    sink_status 200 && hot "$id" 1 && wait_for_json "$B/api/v1/pipelines/$id/metrics" '.sinks[0].circuit=="closed"' &&
    hot "$id" 2 && wait_for_json "$B/api/v1/pipelines/$id/metrics" '.sinks[0].successes_total==3'
}
A73() { A68 && jq -e . varpulis-dlq.jsonl >out.txt && [ "$(wc -l <varpulis-dlq.jsonl)" = 8 ]; }
A74() {
  A68 && jq -e '{time:.timestamp,sink:.connector,err:.error} | all(.[]; .!=null)' varpulis-dlq.jsonl >out.txt &&
    jq -e '.event.event_type' varpulis-dlq.jsonl >out.txt
}
A75() {
  A68 && sink_status 200 && jq -s '{events:map(.event)}' varpulis-dlq.jsonl >b.json &&
    pj "$B/api/v1/pipelines/$id/events-batch" @b.json | jq -e '.accepted>0'
}
A100() { RUST_LOG=info,varpulis_runtime::connector=debug A66 && [ "$(grep DEBUG s.log | grep -vc 'varpulis_runtime::connector')" = 0 ]; }
A104() { A68 && wait_for s.log 'WARN.*DLQ write'; }
A76() {
  start && id=$(dep a "$T95") && ev "$id" TempReading '{"value":97}' >out.txt && ev "$id" TempReading '{"value":1}' >out.txt &&
    q "$B/api/v1/pipelines/$id/metrics" | jq -e '.events_processed==2 and .output_events_emitted==1'
}
A77() {
  start && id=$(dep a "$T95") && [ "$(st -X POST "$B/api/v1/pipelines/$id/checkpoint")" = 200 ] &&
    jq -e '.checkpoint.version==1' out.json
}
A78() {
  start && id=$(dep f "$FRAUD") && ev "$id" Login '{"user":"u"}' >out.txt && st -X POST "$B/api/v1/pipelines/$id/checkpoint" &&
    jq -e '[.checkpoint.sase_states[] | .active_runs + ([.partitioned_runs[]]|add // [])] | add | length>=1' out.json
}
A79() {
  start && id=$(dep f "$FRAUD") && p=$B/api/v1/pipelines/$id && ev "$id" Login '{"user":"u"}' >out.txt &&
    q -X POST "$p/checkpoint" -o c.json && ev "$id" Purchase '{"user":"u"}' | jq -e '.output_events|length==1' &&
    pj "$p/restore" @c.json | jq -e .restored && ev "$id" Purchase '{"user":"u"}' | jq -e '.output_events|length==1'
}
A80() {
  start --metrics && id=$(dep a "$T95") && ev "$id" TempReading '{"value":97}' >out.txt && curl -s "$M/metrics" >m.txt &&
    grep -q '# TYPE varpulis_processing_latency_seconds histogram' m.txt &&
    grep -q 'varpulis_processing_latency_seconds_count{stream="Alert"}' m.txt &&
    grep -q 'varpulis_events_total{event_type="TempReading"}' m.txt &&
    grep -q 'varpulis_events_processed{stream="Alert"}' m.txt &&
    grep 'varpulis_output_events_total{' m.txt | grep -q 'stream="Alert"' &&
    grep -q 'varpulis_stream_queue_size{stream=' m.txt
}
A85() { start && ps -o rss,vsz,comm -p "$pid" | awk 'NR > 1 { print $1/1024 " MB RSS", $3 }' | grep -q varpulis; }
A87() {
  start --metrics && dep a "$T95" >out.txt && dep b "$T95" >out.txt &&
    curl -s "$M/metrics" | grep -q '^varpulis_active_streams 2'
}
A88() { start && dep a "$T95" >out.txt && q "$B/api/v1/pipelines" | jq -e '.pipelines[] | {id,name,status} | all(.[]; .!=null)'; }
A90() {
  start && id=$(dep my-pipeline "$T95") && [ "$(st -X DELETE "$B/api/v1/pipelines/$id")" = 200 ] &&
    [ -n "$(dep my-pipeline "$T95")" ]
}
A91() {
  start && id=$(dep f "$FRAUD") && ev "$id" Login '{"user":"u"}' >out.txt &&
    q -X POST "$B/api/v1/pipelines/$id/checkpoint" -o checkpoint.json && jq -e '.pipeline_id and .checkpoint' checkpoint.json
}
A92() { A91 && pj "$B/api/v1/pipelines/$id/restore" @checkpoint.json | jq -e '.restored and .events_restored>=1'; }
A93() {
  A91 && stop && start && id=$(dep again "$FRAUD") && pj "$B/api/v1/pipelines/$id/restore" @checkpoint.json | jq -e .restored &&
    ev "$id" Purchase '{"user":"u"}' | jq -e '.output_events|length==1'
}
A94() {
  A91 && jq -e '.checkpoint | has("window_states") and has("sase_states") and has("join_states") and has("variables")' checkpoint.json
}
A99() { RUST_LOG=info start && dep a "$T95" >out.txt && stop && [ "$(grep -c DEBUG s.log)" = 0 ] && [ "$(grep -c INFO s.log)" -gt 0 ]; }
A101() {
  RUST_LOG=info,varpulis_runtime::engine=trace start && id=$(dep f "$FRAUD") && ev "$id" Login '{"user":"u"}' >out.txt &&
    wait_for s.log 'TRACE.*varpulis_runtime::engine'
}
A105() { start && dep a "$T95" >out.txt && wait_for s.log 'INFO.*Pipeline deployed'; }
A109() { printf 'logging: {level: warn}\n' >c.yaml; start -c c.yaml && dep a "$T95" >out.txt && stop && ! grep -q INFO s.log; }
A110() {
  printf 'logging: {format: json}\n' >c.yaml
  start -c c.yaml && dep a "$T95" >out.txt && stop && grep '^{' s.log >l.json &&
    jq -e '.level and .target and .message and has("timestamp")' l.json
}
A111() {
  printf 'logging: {format: json, timestamps: false}\n' >c.yaml
  start -c c.yaml && dep a "$T95" >out.txt && stop && grep '^{' s.log >l.json && jq -e 'has("timestamp") | not' l.json
}
A112() {
  start --api-key k1 && id=$(dep a "$T95")
  "$varpulis" logs --server "$B" --api-key "$KEY" --pipeline-id "$id" >l.txt 2>&1 &
  local reader=$!
  wait_for s.log '/logs status=200' && ev "$id" TempReading '{"value":97}' >out.txt && wait_for l.txt Alert
  local status=$?
  kill "$reader" 2>/dev/null
  wait "$reader" 2>/dev/null
  return $status
}
A116() {
  start --api-key k1 && id=$(dep a "$T95")
  timeout 20 curl -sN -H "x-api-key: $KEY" "$B/api/v1/pipelines/$id/logs" >sse.txt &
  wait_for sse.txt '^:' && ev "$id" TempReading '{"value":97}' >out.txt &&
    wait_for sse.txt '^data:.*"event_type"' && grep -q '^id: 1' sse.txt
}
A123() {
  start --metrics && id=$(dep a "$T95") && ev "$id" TempReading '{"value":97}' >out.txt &&
    curl -s "$M/metrics" | grep processing_latency_seconds_bucket | grep -o 'le="[^"]*"' | sort -u >bounds.txt &&
    [ "$(wc -l <bounds.txt)" = 10 ] &&
    for bound in 0.0001 0.0005 0.001 0.005 0.01 0.05 0.1 0.5 1 +Inf; do grep -qxF "le=\"$bound\"" bounds.txt || return 1; done
}
A134() {
  start --api-key k1 && curl -s "$B/openapi.json" |
    jq -r '.paths | to_entries[] | .key as $p | .value | to_entries[] | select(.value.security != []) | "\(.key) \($p)"' >routes.txt
  [ "$(wc -l <routes.txt)" -ge 15 ] || return 1
  while read -r method path; do
    [ "$(curl -s -o out.json -w '%{http_code}' -X "${method^^}" -g "$B$path")" = 401 ] || { echo "$method $path"; return 1; }
  done <routes.txt
}
A136() { start && curl -s "$B/health" | jq -e '.status=="healthy" and .uptime_seconds>=0 and .version'; }
A137() { start && dep fraud-detect "$FRAUD" | grep -qE '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'; }
A138() {
  start && id=$(dep f "$FRAUD") && ev "$id" Login '{"user":"u1"}' >out.txt &&
    ev "$id" Purchase '{"user":"u2"}' | jq -e '.output_events==[]' &&
    ev "$id" Purchase '{"user":"u1"}' | jq -e '.output_events|length==1'
}
A139() { start && dep a "$T95" >out.txt && q "$B/api/v1/pipelines" | jq -e '.pipelines and .total>=1'; }
A140() { start && id=$(dep a "$T95") && q "$B/api/v1/pipelines/$id" | jq -e '.source and .uptime_secs>=0'; }
A141() {
  start && id=$(dep a "$T95") && q -X DELETE "$B/api/v1/pipelines/$id" | jq -e .deleted &&
    [ "$(st "$B/api/v1/pipelines/$id")" = 404 ]
}
A144() { start && id=$(dep a "$T95") && ev "$id" TempReading '{"sensor":"S1","value":95.5}' | jq -e .accepted; }
A145() {
  start && id=$(dep a "$T100") &&
    pj "$B/api/v1/pipelines/$id/events-batch" '{"events":[{"event_type":"TempReading","fields":{"value":95.5}},{"event_type":"TempReading","fields":{"value":101.2}}]}' |
    jq -e '.accepted==2 and (.output_events|length==1)'
}
A155() { start && q "$B/api/v1/usage" | jq -e '.tenant_id and .quota.max_pipelines and .events_processed>=0'; }
A157() { start --api-key sEcReT7 && KEY=sEcReT7 && id=$(dep a "$T95") && [ -n "$id" ] && stop && [ "$(grep -c "$KEY" s.log)" = 0 ]; }
# Beyond the rows: TLS, and IPv6 where the machine has it.
tls() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>out.txt &&
    start --tls-cert cert.pem --tls-key key.pem --metrics --api-key k1 &&
    curl -sf --cacert cert.pem "$B/health" | jq -e '.status=="healthy"' &&
    curl -sf --cacert cert.pem "$M/metrics" >out.txt &&
    ! curl -sf "http://127.0.0.1:$(port_of "$B")/health" &&
    ! curl -sf --cacert cert.pem --tls-max 1.1 "$B/health" && stop
}
ipv6() {
  [ -e /proc/net/if_inet6 ] && grep -q '^0*1 ' /proc/net/if_inet6 || return 0
  start --bind :: && curl -sf "http://[::1]:$(port_of "$B")/health" && curl -sf "http://127.0.0.1:$(port_of "$B")/health"
}

for row in A1 A3 A4 A6 A7 A8 A9 A10 A11 A12 A48 A49 A50 A51 A52 A66 A67 A68 A69 A70 A73 A74 A75 A76 A77 A78 A79 A80 A85 A87 A88 A90 A91 A92 A93 A94 A99 A100 A101 A104 A105 A109 A110 A111 A112 A116 \
  A123 A134 A136 A137 A138 A139 A140 A141 A144 A145 A155 A157 tls ipv6; do
  KEY=k1
  rows=$((rows + 1))
  if "$row" >row.txt 2>&1; then
    echo "ok     $row"
  else
    echo "FAILED $row"
    sed 's/^/    /' row.txt s.log | tail -n 40
    failed=$((failed + 1))
  fi
  stop
done
echo "$rows rows, $failed failed"
[ $failed = 0 ]
