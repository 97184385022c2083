// Words of: board.
GLASSPOST_STRING(kBoard, "Design board", "设计面板")
GLASSPOST_STRING(kBoardQuestion, "what did I choose?", "选择了什么？")
GLASSPOST_STRING(kBoardGivesUp, "gives up {0}", "放弃承诺 {0}")
GLASSPOST_STRING(kBoardNotMeasured, "not measured yet", "尚未测得")
GLASSPOST_STRING(kBoardOff, "off: {0}", "不可用：{0}")
GLASSPOST_STRING(kBoardBack, "An earlier instant is shown. End leads to the present, where choices act.",
                 "这里显示的是较早的时刻。按 End 回到现在，选择只对现在生效。")
GLASSPOST_STRING(kBoardSet, "set {0} to {1}", "把 {0} 设为 {1}")
GLASSPOST_STRING(kBoardMore, "{0} more choices", "还有 {0} 项")
