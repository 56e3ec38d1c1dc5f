-- Makes an Ardour session with Psivox on a MIDI track and one moving automation lane.
-- Arguments: session folder, session name, plugin name, name of the parameter that moves.
local folder, name, plugin_name, moving = arg[1], arg[2], arg[3], arg[4]
local RATE_HZ = 48000
local session = create_session(folder, name, RATE_HZ)
assert(session, "no session could be made")

local found = nil
for plugin in ARDOUR.LuaAPI.list_plugins():iter() do
  if plugin.type == ARDOUR.PluginType.VST3 and plugin.name == plugin_name then found = plugin end
end
assert(found, plugin_name .. " is not in the list of plugins: scan it first")

local midi = ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1)
local audio = ARDOUR.ChanCount(ARDOUR.DataType("audio"), 2)
local tracks = Session:new_midi_track(
  midi, audio, false, found, nil, nil, 1, "Voice", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
assert(tracks:size() == 1, "no track")
local track = tracks:front()

-- Automatable parameters by name: index among the automatable ones.
local plugin = track:nth_plugin(0):to_insert():plugin(0)
local lanes, count = {}, 0
for index = 0, plugin:parameter_count() - 1 do
  if plugin:parameter_is_control(index) and plugin:parameter_is_input(index) then
    lanes[plugin:parameter_label(index)] = count
    count = count + 1
  end
end
print("parameters", plugin:parameter_count())

local function draw(label, points)
  assert(lanes[label], "no parameter " .. label)
  local list, control, facts = ARDOUR.LuaAPI.plugin_automation(track:nth_plugin(0), lanes[label])
  assert(not list:isnil(), "no lane for " .. label)
  for _, point in ipairs(points) do
    local time = Temporal.timepos_t(math.floor(point[1] * RATE_HZ))
    control:add(time, facts.lower + point[2] * (facts.upper - facts.lower), false, true)
  end
  local what = Evoral.Parameter(ARDOUR.AutomationType.PluginAutomation, 0, lanes[label])
  track:nth_plugin(0):to_automatable():automation_control(what, true):set_automation_state(ARDOUR.AutoState.Play)
end

-- One value for the note at 0.5 s, another for the note at 5 s, a ramp between them.
-- Gain spans -60 .. +12 dB: 0 and -24 dB. Arousal spans -1 .. 1.
local values = { Gain = { 60 / 72, 36 / 72 }, Arousal = { 0.05, 0.95 } }
local first, second = values[moving][1], values[moving][2]
draw(moving, { { 0, first }, { 3.8, first }, { 4.3, second }, { 8, second } })

local out = track:output()
local left = out:audio(0):connect("Master/audio_in 1")
local right = out:audio(1):connect("Master/audio_in 2")
assert(left == 0 and right == 0, "the track is not connected")
Session:save_state("")
print("saved")
