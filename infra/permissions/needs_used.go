package permissions

// usedNeeds extends needs with the types of resources that handlers use, and of those that
// invoke handlers besides routes. A stack without them needs none of these grants.
var usedNeeds = map[string]operations{
	"aws:dynamodb/table:Table": { // dynamodb/table.go
		create: []grant{"dynamodb:CreateTable table", "dynamodb:TagResource table", "dynamodb:UpdateContinuousBackups table", "dynamodb:UpdateTimeToLive table"},
		read: []grant{"dynamodb:DescribeTable table", "dynamodb:DescribeContinuousBackups table", "dynamodb:DescribeTimeToLive table",
			"dynamodb:ListTagsOfResource table"},
		update: []grant{"dynamodb:UpdateTable table", "dynamodb:UpdateContinuousBackups table", "dynamodb:UpdateTimeToLive table"},
		remove: []grant{"dynamodb:DeleteTable table"},
	},

	// The reference has no resource type for creating a mapping. The invoked function
	// identifies it.
	"aws:lambda/eventSourceMapping:EventSourceMapping": { // lambda/event_source_mapping.go
		create: []grant{"lambda:CreateEventSourceMapping", "lambda:TagResource eventSourceMapping"},
		read:   []grant{"lambda:GetEventSourceMapping eventSourceMapping", "lambda:ListTags eventSourceMapping"},
		update: []grant{"lambda:UpdateEventSourceMapping eventSourceMapping"},
		remove: []grant{"lambda:DeleteEventSourceMapping eventSourceMapping"},
	},

	"aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2": { // s3/bucket_cors_configuration.go
		create: []grant{"s3:PutBucketCORS bucket"},
		read:   []grant{"s3:GetBucketCORS bucket"},
		update: []grant{"s3:PutBucketCORS bucket"},
		remove: []grant{"s3:PutBucketCORS bucket"},
	},

	"aws:scheduler/schedule:Schedule": { // scheduler/schedule.go
		create: []grant{"scheduler:CreateSchedule schedule", "iam:PassRole role"},
		read:   []grant{"scheduler:GetSchedule schedule"},
		update: []grant{"scheduler:UpdateSchedule schedule", "iam:PassRole role"},
		remove: []grant{"scheduler:DeleteSchedule schedule"},
	},

	"aws:sqs/queue:Queue": { // sqs/queue.go
		create: []grant{"sqs:CreateQueue queue", "sqs:TagQueue queue"},
		read:   []grant{"sqs:GetQueueAttributes queue", "sqs:ListQueueTags queue"},
		update: []grant{"sqs:SetQueueAttributes queue"},
		remove: []grant{"sqs:DeleteQueue queue"},
	},

	"aws:ssm/parameter:Parameter": { // ssm/parameter.go; it reads the value to compare it
		create: []grant{"ssm:PutParameter parameter", "ssm:AddTagsToResource parameter"},
		read:   []grant{"ssm:GetParameter parameter", "ssm:DescribeParameters", "ssm:ListTagsForResource parameter"},
		update: []grant{"ssm:PutParameter parameter"},
		remove: []grant{"ssm:DeleteParameter parameter"},
	},

	"aws:sqs/queuePolicy:QueuePolicy": queueAttribute, // sqs/queue_policy.go

	"aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": queueAttribute, // sqs/queue_redrive_allow_policy.go
}

// queueAttribute lists the grants for an attribute of a queue. Deleting one empties it.
var queueAttribute = operations{ // sqs/attribute_funcs.go
	create: []grant{"sqs:SetQueueAttributes queue"},
	read:   []grant{"sqs:GetQueueAttributes queue"},
	update: []grant{"sqs:SetQueueAttributes queue"},
	remove: []grant{"sqs:SetQueueAttributes queue"},
}
