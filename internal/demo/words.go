package demo

// What the channels say. Places, people and firms are invented.

var finance = grammar{
	titles: []string{
		"{firm}前三季度净利润增长{small}.{small}%", "{city}出台{topic}新举措 惠及小微企业", "{topic}观察：{city}交出{small}张成绩单",
		"{firm}在{city}设立{topic}服务中心", "服务实体经济 {firm}{topic}贷款余额突破{large}亿元", "{city}{topic}论坛召开 {large}名代表参会",
	},
	openings: []string{
		"本报{city}讯，{firm}日前公布了{topic}工作的最新进展。", "近日，记者从{city}有关部门获悉，{topic}试点范围将进一步扩大。",
		"“没想到手续这么简单。”在{firm}的{city}网点，一位小店店主对记者说。",
	},
	sentences: []string{
		"截至上月末，相关贷款余额达{large}亿元，较年初增长{small}.{small}%。", "业内人士认为，{topic}的关键在于让资金真正流向需要的地方。",
		"据介绍，全部手续可在线上办理，平均用时不到{small}分钟。", "下一步，{city}将继续优化营商环境，完善{topic}的配套政策。",
		"{firm}有关负责人表示，今年已服务客户{large}户，其中小微企业占{small}成。", "数据显示，当地新设企业数量同比增加{large}家。",
		"专家提醒，投资者应当理性看待短期波动，注意防范风险。",
	},
	words: map[string][]string{
		"city":  {"江河市", "云川市", "南麓县", "白石港", "松岭区", "临溪新区"},
		"firm":  {"江河银行", "云川农商行", "白石证券", "松岭保险", "临溪信托"},
		"topic": {"普惠金融", "绿色信贷", "数字支付", "养老金融", "科技保险", "供应链融资"},
	},
}

var engineering = grammar{
	joint: " ",
	titles: []string{
		"What {part} taught us about {topic}", "Moving {part} without waking anybody", "{topic}: the plain version",
		"A week with {small} {part} fewer", "Why we took {part} apart again", "Measuring {topic} with a stopwatch & a notebook",
	},
	openings: []string{
		"We have run {part} for {small} years, and until last month nobody had looked inside.",
		"This started as a note about {topic} that did not fit on the whiteboard.",
		"At {small} in the morning, {part} stopped, and the reason turned out to be {topic}.",
	},
	sentences: []string{
		"The first measurement said {large} ms; the second, with the lid closed, said {small}.",
		"Nothing about it was clever, which is why it still works.", "Whoever comes next will find the figures in the same folder as the mistakes.",
		"We wrote down what we expected before we looked, and were wrong in {small} places out of ten.",
		"If a < b, the old rule holds; for everything else there is now a test.", "The fix is {small} lines, and the explanation is this page.",
		"Half of {topic} is deciding what not to keep.",
	},
	words: map[string][]string{
		"part":  {"the build queues", "the log shippers", "the index servers", "the relay boxes", "the cache nodes", "the backup drives"},
		"topic": {"backpressure", "clock drift", "retries", "cold starts", "naming", "capacity"},
	},
}

var data = grammar{
	joint: " ",
	titles: []string{
		"{topic}, in one diagram", "{large} tables later", "A short history of {topic}", "Do not fear {topic}", "Small files, {topic} and patience",
	},
	openings: []string{"Somebody asked why {topic} matters, and the honest answer took a page.", "Today's note is about {topic}, and about {small} ways to get it wrong."},
	sentences: []string{
		"Sort by the question you are asked most often.", "A copy that nobody has restored is a rumour.",
		"Of {large} rows that looked the same, {small} were not.", "The cheapest write is the one that turns out to be unnecessary.",
		"Keep the offset with the date; a time without its place is only half a time.", "Numbers in this note are from one laptop, on one rainy evening.",
	},
	words: map[string][]string{"topic": {"ordered keys", "checksums", "append-only logs", "time zones", "compaction", "snapshots"}},
}

var voices = grammar{
	joint: " ",
	titles: []string{
		"{person}, who keeps {topic}", "Five minutes with {person}", "{person} on {topic} and the weather", "What {person} hears at low tide",
	},
	openings: []string{"{person} has looked after {topic} for {small}0 years and has never missed a tide."},
	sentences: []string{
		"We talked on the east quay, with the wind in the microphone.", "There is a story about a heron in it, and it is true.",
		"The sound in this episode is a bell buoy, or what is left of one.", "Write to us if you know somebody we should meet.",
		"Next time we go upriver.",
	},
	words: map[string][]string{
		"person": {"Elsa Moreau", "Old Piet", "Samira Haddad", "Jun Takeda", "Bridie Walsh", "Captain Oduya"},
		"topic":  {"the harbour light", "the ferry bell", "the oyster beds", "the tide tables", "the rope walk"},
	},
}

var town = grammar{
	joint: " ",
	titles: []string{
		"{place} to close for {small} days", "Council votes {small} to 1 on {topic}", "{large} sign petition about {topic}",
		"{place} reopens after repairs", "Gulls blamed again at {place}", "Letters: {topic}",
	},
	openings: []string{"{place} was the talk of the town this week.", "The council met for {small} hours on Tuesday; {topic} took all of them."},
	sentences: []string{
		"Residents near {place} say they were told in good time, mostly.", "A second reading of the plan is due before the spring tides.",
		"The works will cost {large} crowns, and the bakery will stay open.", "Nobody was hurt, although a hat was lost.",
		"“We have always done it this way”, said one of those present, “and it has never worked.”",
		"The ferry runs to its winter timetable until further notice.",
	},
	words: map[string][]string{
		"place": {"Mill Bridge", "The fish market", "The lower lock", "St Brannoc's Square", "The old customs house"},
		"topic": {"the new breakwater", "street lamps", "the swimming steps", "parking by the quay", "the town clock"},
	},
}
