-- POST BENCH_BODY to the given address, "{n}" in it replaced by what no two requests of a run, or of two runs, share.
-- An answer is good if it has the status BENCH_GOOD and, where there is one, BENCH_GOOD_TEXT in its body. The time ends
-- with the last good one, so that what a slow server has under way when the load ends is not held against it.
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds, nanoseconds; } instant; int clock_gettime(int, instant *);")
local threads = {}

local function now()
  local it = ffi.new("instant")
  ffi.C.clock_gettime(1, it)
  return tonumber(it.seconds) + tonumber(it.nanoseconds) / 1e9
end

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init()
  count, good, bad, example = 0, 0, 0, ""
  started, last = now(), 0
  run = os.getenv("BENCH_RUN")
  template = os.getenv("BENCH_BODY")
  status_of_good = tonumber(os.getenv("BENCH_GOOD"))
  text_of_good = os.getenv("BENCH_GOOD_TEXT")
  headers = {}
  for name, value in (os.getenv("BENCH_HEADERS") or ""):gmatch("([^:\n]+): ([^\n]+)") do headers[name] = value end
end

function request()
  count = count + 1
  local body = template:gsub("{n}", string.format("%s-%d-%d", run, number, count))
  return wrk.format("POST", nil, headers, body)
end

function response(status, _, body)
  if status == status_of_good and (not text_of_good or body:find(text_of_good, 1, true)) then
    good, last = good + 1, now()
  else
    bad = bad + 1
    example = status .. " " .. body:sub(1, 200)
  end
end

function done(summary, latency)
  local all = { good = 0, bad = 0, started = math.huge, last = 0 }
  for _, thread in ipairs(threads) do
    all.good = all.good + thread:get("good")
    all.bad = all.bad + thread:get("bad")
    all.started, all.last = math.min(all.started, thread:get("started")), math.max(all.last, thread:get("last"))
    if thread:get("example") ~= "" then print("BAD " .. thread:get("example"):gsub("%s+", " ")) end
  end
  local errors = summary.errors
  local seconds = all.good > 0 and all.last - all.started or summary.duration / 1e6
  print(string.format(
    'POST {"good":%d,"bad":%d,"seconds":%.3f,"broken":%d,"p50":%.3f,"p99":%.3f}',
    all.good, all.bad, seconds, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
