-- A mixture of calls at a steady pace: BENCH_DELAY milliseconds, half more or less, between two calls of a connection.
-- Each mix of ten: three sends that wait for the relay, one that does not, two lists, three questions who asks, and one
-- request that must be refused.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init()
  count, failed, refused = 0, 0, 0
  run = os.getenv("BENCH_RUN")
  organization = os.getenv("BENCH_ORGANIZATION")
  target = os.getenv("BENCH_TARGET")
  pause = tonumber(os.getenv("BENCH_DELAY"))
  math.randomseed(number * 7919 + tonumber(run))
  local key = { ["Authorization"] = os.getenv("BENCH_KEY"), ["TR-Organization"] = organization }
  local function with(more)
    local fields = {}
    for _, some in ipairs({ key, more }) do
      for name, value in pairs(some) do fields[name] = value end
    end
    return fields
  end
  waiting = with({ ["Content-Type"] = "application/json" })
  sent = with({ ["Content-Type"] = "application/json", ["Prefer"] = "respond-async" })
  list = wrk.format("GET", "/api/invitations/" .. organization .. "?limit=20", key)
  own = wrk.format("GET", "/api/auth/me", { ["Authorization"] = os.getenv("BENCH_OWN_KEY") })
  session = wrk.format("GET", "/api/auth/me", { ["Cookie"] = os.getenv("BENCH_SESSION") })
  wrong = wrk.format("POST", "/api/invitation", waiting, '{"email":"nobody"}')
end

function delay()
  return pause > 0 and math.random(math.floor(pause / 2), math.ceil(pause * 3 / 2)) or 0
end

local function invite(headers)
  local body = string.format(
    '{"app_url":"%s","email":"p%s-%d-%d@example.org","organization_id":"%s","redirect_uri":"%s/account","user_role":0}',
    target, run, number, count, organization, target)
  return wrk.format("POST", "/api/invitation", headers, body)
end

function request()
  count = count + 1
  local kind = count % 10
  if kind < 3 then return invite(waiting) end
  if kind == 3 then return invite(sent) end
  if kind < 6 then return list end
  if kind < 8 then return own end
  if kind == 8 then return session end
  return wrong
end

function response(status)
  if status == 400 then refused = refused + 1 elseif status >= 300 then failed = failed + 1 end
end

function done(summary, latency)
  local wrong, bad = 0, 0
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("refused")
    bad = bad + thread:get("failed")
  end
  local errors = summary.errors
  print(string.format(
    'SOAK {"requests":%d,"seconds":%.3f,"refused":%d,"failed":%d,"broken":%d,"p50":%.3f,"p99":%.3f,"max":%.3f}',
    summary.requests, summary.duration / 1e6, wrong, bad,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
