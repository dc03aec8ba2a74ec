-- POST /api/invitation, a new address each time: no two requests of a run, or of two runs, invite the same person.
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init()
  count = 0
  run = os.getenv("BENCH_RUN")
  organization = os.getenv("BENCH_ORGANIZATION")
  target = os.getenv("BENCH_TARGET")
  headers = {
    ["Authorization"] = os.getenv("BENCH_KEY"),
    ["TR-Organization"] = organization,
    ["Content-Type"] = "application/json",
  }
  if os.getenv("BENCH_ASYNC") == "1" then headers["Prefer"] = "respond-async" end
end

function request()
  count = count + 1
  local body = string.format(
    '{"app_url":"%s","email":"p%s-%d-%d@example.org","organization_id":"%s","redirect_uri":"%s/account","user_role":0}',
    target, run, number, count, organization, target)
  return wrk.format("POST", "/api/invitation", headers, body)
end
