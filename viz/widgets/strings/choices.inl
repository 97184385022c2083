// Words of: choices. What engine/core/choices.cpp says of each choice, in both languages; a test
// compares the English. Then what formulas are fed with, and why nothing can be compared yet.
GLASSPOST_STRING(kAckTrades, "a later 'sent' for one that survives every crash", "“已发送”稍晚出现，但经得起任何崩溃")
GLASSPOST_STRING(kAckGivesUp, "after-memory gives up 1: a home that crashes before its batch is durable",
                 "after-memory 放弃承诺 1：归属者在批次落盘之前崩溃")
GLASSPOST_STRING(kAckFormula, "p50(ack) = edge + ways + steps of roles + (after-durable: append + sync)",
                 "p50(确认) = 接入 + 路途 + 各角色的步骤 +（after-durable：追加 + 落盘）")
GLASSPOST_STRING(kAckGains, "no loss after ack", "确认后不丢")
GLASSPOST_STRING(kAckCosts, "waits for the disk", "要等磁盘")
GLASSPOST_STRING(kAckQuantity, "ack p50", "确认 p50")
GLASSPOST_STRING(kNoticeTrades, "later notices for fewer of them", "通知更晚，但更少")
GLASSPOST_STRING(kNoticeFormula, "notices/s = min(rows/s x devices, devices / window); delay = window / 2",
                 "通知/秒 = min(行/秒 × 设备数, 设备数 ÷ 窗口)；延迟 = 窗口 ÷ 2")
GLASSPOST_STRING(kNoticeGains, "notice at once", "立即通知")
GLASSPOST_STRING(kNoticeCosts, "one notice a row", "每行一次通知")
GLASSPOST_STRING(kNoticeQuantity, "notices", "通知")
GLASSPOST_STRING(kFsyncTrades, "a slower acknowledgement for one that survives a power cut", "确认更慢，但经得起断电")
GLASSPOST_STRING(kFsyncGivesUp, "interval and never give up 1: a store that loses what was not synced",
                 "interval 和 never 放弃承诺 1：存储丢失尚未落盘的内容")
GLASSPOST_STRING(kFsyncFormula, "syncs/s = min(1 / sync time, puts/s)", "落盘/秒 = min(1 ÷ 落盘时间, 写入/秒)")
GLASSPOST_STRING(kFsyncGains, "survives a power cut", "断电不丢")
GLASSPOST_STRING(kFsyncCosts, "each commit waits", "每次提交都等")
GLASSPOST_STRING(kFsyncQuantity, "syncs", "落盘")
GLASSPOST_STRING(kStepTrades, "durable writes for numbers skipped at a restart", "持久写入次数与重启时跳过的序号之间的取舍")
GLASSPOST_STRING(kStepFormula, "writes/s = growth of the hottest user / step", "写入/秒 = 最活跃用户的增长 ÷ 步长")
GLASSPOST_STRING(kStepGains, "few durable writes", "持久写入少")
GLASSPOST_STRING(kStepCosts, "gaps after a restart", "重启后有空号")
GLASSPOST_STRING(kStepQuantity, "ceilings", "上限")
GLASSPOST_STRING(kPrefetchTrades, "ceilings asked for earlier, in per cent of the step left, for requests that never wait",
                 "步长剩余多少百分比时就提前申请上限：越早，越没有请求等待")
GLASSPOST_STRING(kPrefetchFormula,
                 "nobody waits while step x prefetch / 100 > growth of the hottest user x time of a raise",
                 "只要 步长 × 预取 ÷ 100 > 最活跃用户的增长 × 提升上限的时间，就没有请求等待")
GLASSPOST_STRING(kPrefetchGains, "nobody waits for a disk", "不等磁盘")
GLASSPOST_STRING(kPrefetchCosts, "larger gaps at a restart", "重启后空号更多")
GLASSPOST_STRING(kPrefetchQuantity, "waits", "等待")
GLASSPOST_STRING(kLeaseTrades, "a later take-over for one owner at a time, whatever is frozen or cut off",
                 "接管更晚，但无论谁被冻结或断开，同一时刻都只有一个归属者")
GLASSPOST_STRING(kLeaseGivesUp, "off gives up 2 and 5: an owner cut off from store and arbiters, not from its callers",
                 "off 放弃承诺 2 和 5：归属者与存储和仲裁者断开，却没有与调用者断开")
GLASSPOST_STRING(kLeaseFormula, "gap = detect + poll + lease (with a death certificate: restart + seal)",
                 "中断 = 发现 + 轮询 + 租约（有死亡证明时：重启 + 封存）")
GLASSPOST_STRING(kLeaseGains, "one owner at a time", "同时只有一个归属者")
GLASSPOST_STRING(kLeaseCosts, "waited out at take-overs", "接管时要等它到期")
GLASSPOST_STRING(kLeaseQuantity, "failover", "故障转移")
GLASSPOST_STRING(kPollTrades, "more letters for leases that are renewed, and looked at, more often",
                 "信件更多，但租约续得更勤、查得更勤")
GLASSPOST_STRING(kPollFormula, "renewals/s = owners x replicas / poll, detect / 2 or lease / 3, the shortest",
                 "续约/秒 = 归属者 × 副本 ÷ min(轮询, 发现/2, 租约/3)")
GLASSPOST_STRING(kPollGains, "few letters", "信件少")
GLASSPOST_STRING(kPollCosts, "found out later", "发现得更晚")
GLASSPOST_STRING(kPollQuantity, "renewals", "续约")
GLASSPOST_STRING(kDetectTrades, "take-overs of owners that were only slow, for a shorter gap",
                 "会接管只是变慢的归属者，但中断更短")
GLASSPOST_STRING(kDetectFormula, "an owner that is silent for longer loses its sections",
                 "沉默更久的归属者失去它的分段")
GLASSPOST_STRING(kDetectGains, "no false alarms", "没有误报")
GLASSPOST_STRING(kDetectCosts, "found out later", "发现得更晚")
GLASSPOST_STRING(kDetectQuantity, "failover", "故障转移")
GLASSPOST_STRING(kFencingTrades, "nothing: replicas that take what older owners write", "什么也换不来：副本会接受旧归属者写的内容")
GLASSPOST_STRING(kFencingGivesUp, "off gives up 1 or 3: an owner frozen past its lease with an append in flight",
                 "off 放弃承诺 1 或 3：归属者冻结到租约过期，而追加还在途中")
GLASSPOST_STRING(kFencingFormula, "writes of older epochs that a replica takes = 0", "副本接受的旧纪元写入 = 0")
GLASSPOST_STRING(kFencingGains, "late writes are refused", "拒绝迟到的写入")
GLASSPOST_STRING(kFencingCosts, "a check a write", "每次写入检查一次")
GLASSPOST_STRING(kFencingQuantity, "failover", "故障转移")
GLASSPOST_STRING(kClockTrades, "nothing: a clock that somebody sets", "什么也换不来：一个会被人拨动的时钟")
GLASSPOST_STRING(kClockGivesUp, "wall gives up 5: a wall clock that is set back", "wall 放弃承诺 5：挂钟被拨回")
GLASSPOST_STRING(kClockFormula, "an owner serves too long by as much as its clock is set back",
                 "时钟被拨回多少，归属者就多服务多久")
GLASSPOST_STRING(kClockGains, "nobody sets it", "没有人能拨动")
GLASSPOST_STRING(kClockCosts, "differs between machines", "各机器不相同")
GLASSPOST_STRING(kClockQuantity, "failover", "故障转移")
GLASSPOST_STRING(kLeaseFromTrades, "a lease that is longer by the way of the answer", "租约按答复的路途变长")
GLASSPOST_STRING(kLeaseFromGivesUp, "receive gives up 5: an answer that was long on its way", "receive 放弃承诺 5：答复在路上太久")
GLASSPOST_STRING(kLeaseFromFormula, "an owner serves too long by as much as the answer took",
                 "答复走了多久，归属者就多服务多久")
GLASSPOST_STRING(kLeaseFromGains, "slow answers do no harm", "答复慢也无害")
GLASSPOST_STRING(kLeaseFromCosts, "a little shorter", "稍短一点")
GLASSPOST_STRING(kLeaseFromQuantity, "failover", "故障转移")
GLASSPOST_STRING(kRoutingTrades, "a plain rule, for one of two allocators and a question in vain at each move",
                 "规则简单，但只有两台可选，每次转移都白问一次")
GLASSPOST_STRING(kRoutingFormula, "questions in vain at a move = 1 a caller and section with pair, 0 to 2 with table",
                 "每次转移白问的次数：pair 每个调用者每段 1 次，table 0 到 2 次")
GLASSPOST_STRING(kRoutingGains, "any allocator helps", "任何一台都能帮忙")
GLASSPOST_STRING(kRoutingCosts, "versions in frames", "帧里带版本号")
GLASSPOST_STRING(kRoutingQuantity, "questions in vain", "白问的次数")
GLASSPOST_STRING(kSectionTrades,
                 "more ceilings to write for fewer users that jump with the hottest of their section",
                 "要写的上限更多，但随本段最热用户一起跳号的用户更少")
GLASSPOST_STRING(kSectionFormula,
                 "ceilings a take-over = sections of numbers; users that jump together = users / sections",
                 "每次接管写的上限 = 序号段数；一起跳号的用户 = 用户数 ÷ 段数")
GLASSPOST_STRING(kSectionGains, "few ceilings", "上限少")
GLASSPOST_STRING(kSectionCosts, "many jump together", "很多用户一起跳号")
GLASSPOST_STRING(kSectionQuantity, "sections", "段数")
GLASSPOST_STRING(kWatchTrades, "less processor time for fewer messages that can be followed", "更省处理器，但能跟踪的消息更少")
GLASSPOST_STRING(kWatchFormula, "facts/s = letters/s of watched messages", "事实/秒 = 被跟踪消息的信件/秒")
GLASSPOST_STRING(kWatchGains, "every message followed", "跟踪每条消息")
GLASSPOST_STRING(kWatchCosts, "a fact a letter", "每封信件一条事实")
GLASSPOST_STRING(kWatchQuantity, "watched", "被跟踪")
GLASSPOST_STRING(kBodiesTrades, "smaller facts for messages without their bytes", "事实更小，但看不到消息的字节")
GLASSPOST_STRING(kBodiesFormula, "bytes/s = letter bytes/s of watched messages", "字节/秒 = 被跟踪消息的信件字节/秒")
GLASSPOST_STRING(kBodiesGains, "bytes can be read", "可以查看字节")
GLASSPOST_STRING(kBodiesCosts, "more facts", "事实更多")
GLASSPOST_STRING(kBodiesQuantity, "letter bytes", "信件字节")
GLASSPOST_STRING(kPlacementTrades, "fewer hops for crashes that take several roles at once", "跳数更少，但一次崩溃会带走多个角色")
GLASSPOST_STRING(kPlacementFormula,
                 "letters / text <= 11 + 8 N + (notices + 2 x pulls + 3 x logins + 2 x lookups + (4 + 12 N) "
                 "x take-overs) / texts, with N replicas and without letters of leases; merged: (N - 1) (8 + 12 x "
                 "take-overs / texts)",
                 "信件/消息 ≤ 11 + 8 N +（通知 + 2 × 拉取 + 3 × 登录 + 2 × 查询 + (4 + 12 N) × 接管）÷ 消息，N 为副本数，不计租约信件；"
                 "merged：(N − 1)（8 + 12 × 接管 ÷ 消息）")
GLASSPOST_STRING(kPlacementGains, "one crash, one role", "一次崩溃，一个角色")
GLASSPOST_STRING(kPlacementCosts, "a hop a step", "每步一跳")
GLASSPOST_STRING(kPlacementQuantity, "letters / text", "信件/消息")
GLASSPOST_STRING(kAppliesNow, "now", "立即")
GLASSPOST_STRING(kAppliesNotice, "next notice", "下次通知")
GLASSPOST_STRING(kAppliesCeiling, "next ceiling", "下个上限")
GLASSPOST_STRING(kAppliesNumber, "next number", "下个序号")
GLASSPOST_STRING(kAppliesQuestion, "next question", "下次询问")
GLASSPOST_STRING(kAppliesTable, "next table", "下一张路由表")
GLASSPOST_STRING(kAppliesTakeOver, "next take-over", "下次接管")
GLASSPOST_STRING(kAppliesPoll, "next poll", "下次轮询")
GLASSPOST_STRING(kAppliesCluster, "new cluster", "新集群")

GLASSPOST_STRING(kInputEdge, "edge", "接入")
GLASSPOST_STRING(kInputWayToLogic, "way to logic", "去逻辑")
GLASSPOST_STRING(kInputCheck, "check", "检查")
GLASSPOST_STRING(kInputWayToHome, "way to home", "去归属者")
GLASSPOST_STRING(kInputDecide, "decide", "裁定")
GLASSPOST_STRING(kInputWayToStore, "way to store", "去存储")
GLASSPOST_STRING(kInputAppendAndSync, "append and sync", "追加并落盘")
GLASSPOST_STRING(kInputWayBack, "way back", "返回")
GLASSPOST_STRING(kInputCommit, "commit", "提交")
GLASSPOST_STRING(kInputWayToAccess, "way to access", "去接入")
GLASSPOST_STRING(kInputAnswer, "answer", "答复")
GLASSPOST_STRING(kInputRows, "rows", "行")
GLASSPOST_STRING(kInputDevices, "devices of a user", "每个用户的设备")
GLASSPOST_STRING(kInputOnline, "devices online", "在线设备")
GLASSPOST_STRING(kInputPuts, "puts", "写入")
GLASSPOST_STRING(kInputSyncTime, "sync time", "落盘时间")
GLASSPOST_STRING(kInputNumbers, "numbers", "序号")
GLASSPOST_STRING(kInputTakeOvers, "take-overs", "接管")
GLASSPOST_STRING(kInputTexts, "texts", "消息")
GLASSPOST_STRING(kInputNotices, "notices", "通知")
GLASSPOST_STRING(kInputPulls, "pulls", "拉取")
GLASSPOST_STRING(kInputLogins, "logins", "登录")
GLASSPOST_STRING(kInputLookups, "lookups", "查询")
GLASSPOST_STRING(kInputReplicas, "replicas", "副本")
GLASSPOST_STRING(kInputOwners, "owners", "归属者")
GLASSPOST_STRING(kInputPoll, "poll", "轮询")
GLASSPOST_STRING(kInputDetect, "detect", "发现")
GLASSPOST_STRING(kInputLease, "lease", "租约")
GLASSPOST_STRING(kBoardInputs, "Measured: {0}.", "实测：{0}。")
GLASSPOST_STRING(kBoardMedians, "The legs are added as distributions: medians do not add up.",
                 "各段按分布相加：中位数不能直接相加。")
GLASSPOST_STRING(kBoardQuiet, "Fewer than 10 came in the last 10 s: too few to be off.",
                 "最近 10 秒不足 10 次：太少，不作判断。")
GLASSPOST_STRING(kBoardMeasuring, "measuring", "测量中")
GLASSPOST_STRING(kBoardLacksTime,
                 "Formula and measurement are of the last 10 s. In {0} everything was measured for so long.",
                 "公式和实测都取最近 10 秒。再过 {0} 就测满了。")
GLASSPOST_STRING(kBoardLacksTexts,
                 "Fewer than 10 texts came in the last 10 s: {0} more, and formula and measurement can be "
                 "compared.",
                 "最近 10 秒的消息不足 10 条：再有 {0} 条就可以比较公式和实测。")
GLASSPOST_STRING(kBoardLacksWatch, "No message is watched: telemetry.watch is 0.", "没有跟踪任何消息：telemetry.watch 为 0。")
GLASSPOST_STRING(kBoardLacksSample,
                 "telemetry.watch is {0}: what this counts is told of a sample only. Set it to 1 to compare.",
                 "telemetry.watch 为 {0}：这里要计数的事实只报告抽样。设为 1 才能比较。")
