#!lua name=ek
-- route -- the rules of workload.h in Redis: one event is one FCALL, and so happens at once.
--
-- Keys:  w:INBOX:NEED   what waits: a sorted set, score 0, members ordered as text
--        a:INBOX:LEVEL  teammates with room: a sorted set, score open * 2^40 + last given
--        t:ID           teammate: a active, l limit, o open, s last given, k skills, p and q the
--                       primary and secondary inboxes as JSON
--        c:ID           conversation: i inbox, r need, h its place in the order, st, as
--        prio           rank of each inbox;  seq  the number of givings so far
-- A place in the order is hexadecimal: vip rank 1, SLA 8, waiting 8, started 8, rank 2, id 6.
local call -- redis.call, which is not there before the first event
local WAITING, ASSIGNED, SNOOZED, CLOSED = '0', '1', '2', '3'
local NOBODY = '-1'
local PRIMARY, SECONDARY = 0, 1
local SKILLS = 16
local ONE_OPEN = 1099511627776 -- 2^40: more than all givings
local PAGE = 16
local decisions -- of this call: conversation, teammate, conversation, teammate, ...

local function has_skill(skills, need)
  return need == 0 or bit.band(skills, bit.lshift(1, need - 1)) ~= 0
end

local function load_mate(id)
  local v = call('HMGET', 't:' .. id, 'a', 'l', 'o', 's', 'k', 'p', 'q')
  return {
    id = id, active = v[1] == '1', limit = tonumber(v[2]), open = tonumber(v[3]),
    last = tonumber(v[4]), skills = tonumber(v[5]),
    primary = cjson.decode(v[6]), secondary = cjson.decode(v[7]),
    member = string.format('%06d', id),
  }
end

local function has_room(m)
  return m.active and m.open < m.limit
end

-- Writes a teammate back, and onto or off the lists of those with room.
local function save_mate(m)
  call('HSET', 't:' .. m.id, 'o', m.open, 's', m.last)
  if has_room(m) then
    local score = string.format('%.0f', m.open * ONE_OPEN + m.last)
    for _, i in ipairs(m.primary) do call('ZADD', 'a:' .. i .. ':0', score, m.member) end
    for _, i in ipairs(m.secondary) do call('ZADD', 'a:' .. i .. ':1', score, m.member) end
  else
    for _, i in ipairs(m.primary) do call('ZREM', 'a:' .. i .. ':0', m.member) end
    for _, i in ipairs(m.secondary) do call('ZREM', 'a:' .. i .. ':1', m.member) end
  end
end

local function load_conv(id)
  local v = call('HMGET', 'c:' .. id, 'i', 'r', 'h', 'st', 'as')
  return { id = id, inbox = v[1], need = tonumber(v[2]), place = v[3], state = v[4], mate = v[5] }
end

local function queue_of(c)
  return 'w:' .. c.inbox .. ':' .. c.need
end

local function give(conv, m)
  m.open = m.open + 1
  m.last = call('INCR', 'seq')
  call('HSET', 'c:' .. conv, 'st', ASSIGNED, 'as', m.id)
  decisions[#decisions + 1] = tonumber(conv)
  decisions[#decisions + 1] = tonumber(m.id)
end

local function needs_met_by(m)
  local needs = {}
  for need = 0, SKILLS do
    if has_skill(m.skills, need) then needs[#needs + 1] = need end
  end
  return needs
end

local function best_at(m, inboxes)
  local best, queue
  m.needs = m.needs or needs_met_by(m)
  for _, i in ipairs(inboxes) do
    for _, need in ipairs(m.needs) do
      local name = 'w:' .. i .. ':' .. need
      local place = call('ZRANGE', name, 0, 0)[1]
      if place and (not best or place < best) then best, queue = place, name end
    end
  end
  return best, queue
end

-- What the teammate would take next: its place, its queue and at which level.
local function best_for(m)
  if not has_room(m) then return nil end
  local place, queue = best_at(m, m.primary)
  if place then return place, queue, PRIMARY end
  place, queue = best_at(m, m.secondary)
  return place, queue, SECONDARY
end

local function take(m, place, queue)
  call('ZREM', queue, place)
  give(string.format('%d', tonumber(string.sub(place, 28), 16)), m)
end

local function fill(m)
  local place, queue = best_for(m)
  while place do
    take(m, place, queue)
    place, queue = best_for(m)
  end
  save_mate(m)
end

-- The first with room and skill on one level's list; read by pages when the first may not do.
local function first_free(c, level, not_this)
  local list, from = 'a:' .. c.inbox .. ':' .. level, 0
  local size = c.need == 0 and not not_this and 1 or PAGE
  while true do
    local page = call('ZRANGE', list, from, from + size - 1)
    for _, member in ipairs(page) do
      local id = string.format('%d', tonumber(member))
      if id ~= not_this
          and (c.need == 0 or has_skill(tonumber(call('HGET', 't:' .. id, 'k')), c.need)) then
        return id
      end
    end
    if #page < size then return nil end
    from = from + size
  end
end

-- To the best teammate with room, else into the queue. not_secondary: one whose gate is shut.
local function place(c, not_secondary)
  local id = first_free(c, PRIMARY, nil) or first_free(c, SECONDARY, not_secondary)
  if id then
    local m = load_mate(id)
    give(c.id, m)
    save_mate(m)
  else
    call('HSET', 'c:' .. c.id, 'st', WAITING, 'as', NOBODY)
    call('ZADD', queue_of(c), 0, c.place)
  end
end

local function is_primary_for(m, c)
  for _, i in ipairs(m.primary) do
    if tostring(i) == c.inbox then return has_skill(m.skills, c.need) end
  end
  return false
end

-- What left the teammate competes with the best that they could take now; the better goes first.
-- What waits where they are primary, the leaver included, shuts their gate as a secondary.
local function compete(c, m)
  local best, queue, level = best_for(m)
  if best and level == SECONDARY and is_primary_for(m, c) then best = nil end
  if best and best < c.place then
    take(m, best, queue)
    save_mate(m)
    place(c, nil)
    return
  end
  save_mate(m)
  place(c, best and level == PRIMARY and m.id or nil)
  fill(load_mate(m.id))
end

local function arrive(subject, need, inbox, order)
  local rank = tonumber(call('HGET', 'prio', inbox))
  local c = { id = subject, inbox = inbox, need = tonumber(need) }
  c.place = string.format('%s%02x%06x', order, rank, tonumber(subject))
  call('HSET', 'c:' .. subject, 'i', inbox, 'r', need, 'h', c.place)
  place(c, nil)
end

local function reply(subject, _, _, waiting)
  local c = load_conv(subject)
  local before = c.place
  c.place = string.sub(before, 1, 9) .. string.format('%08x', waiting) .. string.sub(before, 18)
  call('HSET', 'c:' .. subject, 'h', c.place)
  if c.state == WAITING then
    call('ZREM', queue_of(c), before)
    call('ZADD', queue_of(c), 0, c.place)
  elseif c.state == SNOOZED and c.mate == NOBODY then
    place(c, nil)
  elseif c.state == SNOOZED then
    local m = load_mate(c.mate)
    m.open = m.open + 1
    save_mate(m)
    call('HSET', 'c:' .. subject, 'st', ASSIGNED)
  end
end

local function put_down(subject, state)
  local c = load_conv(subject)
  if c.state == WAITING then call('ZREM', queue_of(c), c.place) end
  call('HSET', 'c:' .. subject, 'st', state)
  if c.state ~= ASSIGNED then return end
  local m = load_mate(c.mate)
  m.open = m.open - 1
  fill(m)
end

local function reassign(subject, _, inbox)
  local c = load_conv(subject)
  if c.state == WAITING then call('ZREM', queue_of(c), c.place) end
  local rank = string.format('%02x', tonumber(call('HGET', 'prio', inbox)))
  c.place = string.sub(c.place, 1, 25) .. rank .. string.sub(c.place, 28)
  c.inbox = inbox
  call('HSET', 'c:' .. subject, 'i', inbox, 'h', c.place)
  if c.state ~= ASSIGNED then
    place(c, nil)
    return
  end
  local m = load_mate(c.mate)
  m.open = m.open - 1
  compete(c, m)
end

local function change_mate(subject, field, value)
  call('HSET', 't:' .. subject, field, value)
  fill(load_mate(subject))
end

local kinds = {
  ['0'] = arrive,
  ['1'] = reply,
  ['2'] = function(subject) put_down(subject, CLOSED) end,
  ['3'] = function(subject) put_down(subject, SNOOZED) end,
  ['4'] = function(subject, active) change_mate(subject, 'a', active) end,
  ['5'] = function(subject, limit) change_mate(subject, 'l', limit) end,
  ['6'] = reassign,
}

redis.register_function('apply', function(_, args)
  call = redis.call
  decisions = {}
  kinds[args[1]](args[2], args[3], args[4], args[5])
  return decisions
end)
