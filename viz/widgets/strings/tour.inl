// Words of: the tour.
GLASSPOST_STRING(kTourSkip, "Skip the tour", "跳过导览")
GLASSPOST_STRING(kTourStep, "{0} of {1}", "第 {0} 步，共 {1} 步")
GLASSPOST_STRING(kTourWelcome,
                 "A real cluster: every card is a process on this machine, every dot a message "
                 "that was measured on its way.",
                 "真实的集群：每张卡片都是本机上的一个进程，每个圆点都是途中测得的消息。")
GLASSPOST_STRING(kTourSend,
                 "alice writes to bob. Follow the ringed dot: access, logic, conversation, store. "
                 "On the right stands the time of each hop.",
                 "alice 写信给 bob。跟随带圈的圆点：接入、逻辑、会话、存储。右侧是每一跳的时间。")
GLASSPOST_STRING(kTourPause,
                 "{0} is stopped now. alice writes again and is told \"sent\". bob waits until an "
                 "arbiter has given its sections to another mailbox and its lease is over: 7 s.",
                 "{0} 已暂停。alice 再次发送，仍显示“已存储”。bob 要等仲裁把它的分段交给另一个收件箱、"
                 "租约到期：约 7 秒。")
GLASSPOST_STRING(kTourResume,
                 "{0} goes on, and finds that its sections are served by another one. bob's devices "
                 "synced from the key they had: nothing is lost, nothing comes twice.",
                 "{0} 恢复运行，发现它的分段已由别的收件箱服务。bob 的设备从已有的 key 继续同步：不丢失，也不重复。")
GLASSPOST_STRING(kTourKill,
                 "{0} is killed. Its next life takes its sections over: a new epoch, seal, read, "
                 "start, serve. Watch the promises hold.",
                 "{0} 被强制结束。新的进程接管它的分段：新纪元、封存、读取、开始、服务。请看承诺仍然成立。")
GLASSPOST_STRING(kTourYours,
                 "Your turn. Choose on the design board, break something below it, write on the "
                 "phones. ? shows every key.",
                 "轮到你了。在设计面板上选择，在下方制造故障，在手机上写信。按 ? 查看所有按键。")
