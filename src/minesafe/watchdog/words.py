"""What the SMS say."""

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "status": "安全监控服务器无响应",
        "frame": "监控判断已停止",
        "sample": "数据积压未判断",
        "message": "报警信息未发出",
        "proof": "自检报警未通过",
        "spool": "数据缓存将满",
        "begins": "【{mine}】{what}！请立即电话核实井下情况并派人检查服务器。",
        "lasts": "【{mine}】仍未恢复：{what}！",
        "ends": "【{mine}】安全监控服务器已恢复。",
    },
    "en": {
        "status": "server does not respond",
        "frame": "judging stopped",
        "sample": "samples unjudged",
        "message": "messages not sent",
        "proof": "test alarm not proven",
        "spool": "spool nearly full",
        "begins": "{mine}: {what}! Call the pit.",
        "lasts": "{mine}: still {what}!",
        "ends": "{mine}: safety server is back.",
    },
}
"""A message has 70 characters."""
