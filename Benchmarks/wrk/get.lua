-- One GET with the headers of BENCH_HEADERS ("Name: value" lines).
for name, value in (os.getenv("BENCH_HEADERS") or ""):gmatch("([^:\n]+): ([^\n]+)") do
  wrk.headers[name] = value
end
