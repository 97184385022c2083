// Words of: metrics.
GLASSPOST_STRING(kMetrics, "Metrics", "指标")
GLASSPOST_STRING(kMetricsQuestion, "how much, how late?", "多少？多迟？")
GLASSPOST_STRING(kMetricsRows, "Inbox rows", "收件箱行")
GLASSPOST_STRING(kMetricsLatency, "Delivery latency, log", "投递延迟，对数")
GLASSPOST_STRING(kMetricsSampled, "1 of {0} is told (telemetry.watch): not counted.", "只报告 1/{0}（telemetry.watch）：不计数。")
GLASSPOST_STRING(kMetricsNoSamples, "no message was shown in this minute", "这一分钟没有消息显示")
