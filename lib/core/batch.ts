/**
 * Which messages of a batch must wait for which. Messages of one FIFO group, and messages of one payment whatever their
 * groups, share a lane and run in order; lanes run side by side.
 */
export function planLanes<T extends { groupId: string; holdKey?: string }>(messages: T[]): T[][] {
  const lanes: { keys: Set<string>; members: number[] }[] = []
  messages.forEach((message, index) => {
    const keys = [
      `group ${message.groupId}`,
      ...(message.holdKey === undefined ? [] : [`payment ${message.holdKey}`]),
    ]
    const touching = lanes.filter(lane => keys.some(key => lane.keys.has(key)))
    const lane = { keys: new Set(keys), members: [index] }
    for (const other of touching) {
      for (const key of other.keys) lane.keys.add(key)
      lane.members.push(...other.members)
      lanes.splice(lanes.indexOf(other), 1)
    }
    lanes.push(lane)
  })
  return lanes.map(lane => lane.members.sort((a, b) => a - b).flatMap(index => messages[index] ?? []))
}
