
use builtin;
use str;

set edit:completion:arg-completer[rk] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'rk'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'rk'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand topics 'Create, list, describe, alter and delete topics'
            cand produce 'Send records: lines, JSON, CSV and more, from standard input or files'
            cand consume 'Print records'
            cand groups 'List, describe, reset and delete consumer groups'
            cand consumer-groups 'List, describe, reset and delete consumer groups'
            cand connect 'Run connectors, and manage those of a Kafka Connect cluster'
            cand dev 'Run a broker for development and tests'
            cand completions 'Print the completions for a shell'
            cand man 'Print a manual page, or write them all'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;topics'= {
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand create 'Create topics'
            cand list 'List the topics there are'
            cand describe 'Show topics: settings, partitions, offsets and sizes'
            cand alter 'Add partitions, set and unset configs'
            cand delete 'Delete topics and all their records'
            cand copy 'Copy a topic''s records and configs to another topic, or to another cluster'
            cand archive 'Write a topic''s records, partitions and configs into one file'
            cand restore 'Make a topic out of such a file'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;topics;create'= {
            cand -t 'A topic, as Kafka''s own tools name it; repeatable'
            cand --topic 'A topic, as Kafka''s own tools name it; repeatable'
            cand --partitions 'How many partitions; the broker''s default when not given'
            cand --replication-factor 'How many copies of each partition; the broker''s default when not given'
            cand --config 'Set a config of the topic; repeatable'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --if-not-exists 'Leave a topic that is already there as it is'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;topics;list'= {
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --internal 'Also list Kafka''s own topics, as __consumer_offsets'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;topics;describe'= {
            cand -t 'A topic, as Kafka''s own tools name it; repeatable'
            cand --topic 'A topic, as Kafka''s own tools name it; repeatable'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --regex 'Take the names as patterns (regular expressions) that match whole names'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;topics;alter'= {
            cand -t 'A topic, as Kafka''s own tools name it; repeatable'
            cand --topic 'A topic, as Kafka''s own tools name it; repeatable'
            cand --partitions 'How many partitions there shall be: more than now'
            cand --config 'Set a config of the topic; repeatable'
            cand --delete-config 'Set a config back to its default; repeatable'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --regex 'Take the names as patterns (regular expressions) that match whole names'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;topics;delete'= {
            cand -t 'A topic, as Kafka''s own tools name it; repeatable'
            cand --topic 'A topic, as Kafka''s own tools name it; repeatable'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --regex 'Take the names as patterns (regular expressions) that match whole names'
            cand -y 'Delete without asking'
            cand --yes 'Delete without asking'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;topics;copy'= {
            cand --to-brokers 'Brokers of the cluster to copy to; without it, the same cluster'
            cand --to-property 'Set a client property for that cluster; repeatable'
            cand --to-config 'Read client properties for that cluster from a Java .properties file'
            cand --replication-factor 'How many copies of each partition; the broker''s default when not given'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --resume 'Go on with an earlier run that did not come to its end'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;topics;archive'= {
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;topics;restore'= {
            cand --replication-factor 'How many copies of each partition; the broker''s default when not given'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --resume 'Go on with an earlier run that did not come to its end'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;topics;help'= {
            cand create 'Create topics'
            cand list 'List the topics there are'
            cand describe 'Show topics: settings, partitions, offsets and sizes'
            cand alter 'Add partitions, set and unset configs'
            cand delete 'Delete topics and all their records'
            cand copy 'Copy a topic''s records and configs to another topic, or to another cluster'
            cand archive 'Write a topic''s records, partitions and configs into one file'
            cand restore 'Make a topic out of such a file'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;topics;help;create'= {
        }
        &'rk;topics;help;list'= {
        }
        &'rk;topics;help;describe'= {
        }
        &'rk;topics;help;alter'= {
        }
        &'rk;topics;help;delete'= {
        }
        &'rk;topics;help;copy'= {
        }
        &'rk;topics;help;archive'= {
        }
        &'rk;topics;help;restore'= {
        }
        &'rk;topics;help;help'= {
        }
        &'rk;produce'= {
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand -t 'The topic, as Kafka''s own tools name it'
            cand --topic 'The topic, as Kafka''s own tools name it'
            cand --input 'What the input is: lines, json, csv, tsv (with a row of names), or file: each a record'
            cand -f 'Read records by this format string, as rk consume -f prints them'
            cand --format 'Read records by this format string, as rk consume -f prints them'
            cand -D 'What ends a line, instead of a newline; of any length, \t, \0 and \xHH are understood'
            cand --delimiter 'What ends a line, instead of a newline; of any length, \t, \0 and \xHH are understood'
            cand --key-column 'The column of a CSV whose text is the key'
            cand --generate 'Invent records by this template instead of reading any'
            cand --seed 'What invented records begin with: the same seed gives the same records'
            cand -n 'End after so many records'
            cand --count 'End after so many records'
            cand --rate 'Send so many records a second at most'
            cand --key-format 'What keys are: string, json, hex, base64, int, long, ..., msgpack, pack:FMT; see below'
            cand --value-format 'What values are'
            cand --header-format 'What the values of headers are'
            cand --registry 'A Schema Registry, or several that are the same; else RK_REGISTRY, schema.registry.url'
            cand --key-schema 'The schema of keys; further files hold what it refers to'
            cand --value-schema 'The schema of values: .avsc, .proto, a descriptor set, or .json'
            cand --schema 'The schema of values: .avsc, .proto, a descriptor set, or .json'
            cand --key-message 'Which message of a Protobuf file keys are [default: the first]'
            cand --value-message 'Which message of a Protobuf file values are [default: the first]'
            cand --message 'Which message of a Protobuf file values are [default: the first]'
            cand --import-path 'Where imports of a Protobuf file are, besides its own folder; repeatable'
            cand --schema-id-in 'Where records name their schema: prefix, header, or none'
            cand --subject-name 'What subjects are named after: topic, record, or topic-record'
            cand --key-schema-id 'Write keys by the schema with this id; with --key-schema, by the file and under this id'
            cand --value-schema-id 'Write values by the schema with this id; with --value-schema, by the file'
            cand -K 'Split each line into key and value at the first SEP; \t, \n and \xHH are understood'
            cand --key-separator 'Split each line into key and value at the first SEP; \t, \n and \xHH are understood'
            cand --property 'parse.key, parse.headers, null.marker, ... as in kafka-console-producer; repeatable'
            cand --reader-property 'parse.key, parse.headers, null.marker, ... as in kafka-console-producer; repeatable'
            cand --no-separator 'What a line without the separator is: error, or value (without a key)'
            cand --key 'The key of every record that has none of its own'
            cand -H 'A header of every record: name=value, or only name for null; repeatable'
            cand --header 'A header of every record: name=value, or only name for null; repeatable'
            cand -p 'The partition of every record; without it the key decides, as in Java'
            cand --partition 'The partition of every record; without it the key decides, as in Java'
            cand --timestamp 'The timestamp of every record; without it the time of sending'
            cand --null-marker 'The text that stands for null, as key or as value'
            cand -z 'How to compress batches'
            cand --compression 'How to compress batches'
            cand --acks 'Who must have a record before it counts as delivered: 0 nobody, 1 the leader, all'
            cand --partitioner 'Who chooses partitions: murmur2_random (as in Java, which it is without this word), murmur2, consistent, consistent_random, fnv1a, fnv1a_random, random, round-robin or sticky'
            cand --transactional-id 'Send in transactions under this id: one for the run; Ctrl-C aborts it'
            cand --transaction-per 'One transaction for: the run, each file, or so many records'
            cand --color 'When to use colour: auto, always or never'
            cand --no-register 'Never register a schema: it must be in its subject'
            cand --latest-schema 'Write by the latest version of the subject, whatever the file says'
            cand --keep-partition 'Send each record to the partition that JSON or %p of the format names'
            cand --keep-timestamp 'Give each record the timestamp that JSON or %d of the format names'
            cand --idempotent 'Have the broker drop repetitions of what a retry sends twice'
            cand --dry-run 'Print what would be sent, as JSON, and send nothing'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;consume'= {
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand -t 'A topic, as Kafka''s own tools name it; repeatable'
            cand --topic 'A topic, as Kafka''s own tools name it; repeatable'
            cand -O 'Where to begin, or from where to where: see below'
            cand --offset 'Where to begin, or from where to where: see below'
            cand --until 'Where to end: before this position'
            cand -p 'Read only this partition; repeatable'
            cand --partition 'Read only this partition; repeatable'
            cand -n 'End after so many records'
            cand --max-records 'End after so many records'
            cand --per-partition 'Print no more than so many records of each partition'
            cand --timeout 'End when no record came for so long: 500ms, 10s'
            cand --isolation 'Which records of transactions to read: committed, or all (uncommitted)'
            cand --grep 'Only records with a match of this regular expression; repeatable'
            cand --where 'Only records within: partition=0,2 offset=5:10 time=@-1h:@-30m, ! in front for the rest'
            cand --jq 'Take values as JSON through this jq expression; repeatable, one after the other'
            cand --sort 'Print in this order: time merges partitions by timestamp; only where the run ends'
            cand --count-by 'Print how many records there are for each result of this jq expression'
            cand -g 'Join this consumer group, and commit what was printed'
            cand --group 'Join this consumer group, and commit what was printed'
            cand --group-protocol 'Which rebalance protocol to speak: classic or consumer (KIP-848)'
            cand --group-instance-id 'Be a static member of this name: the partitions wait for it to come back'
            cand --commit 'When to commit what was printed: after-print (every few seconds), on-exit or never'
            cand -f 'How to print a record [default: the value and a newline]'
            cand --format 'How to print a record [default: the value and a newline]'
            cand -o 'How to print instead: json, which is an object a line with nothing lost'
            cand --output 'How to print instead: json, which is an object a line with nothing lost'
            cand --key-format 'What keys are: string, json, hex, base64, int, long, ..., msgpack, pack:FMT; see below'
            cand --value-format 'What values are'
            cand --header-format 'What the values of headers are'
            cand --registry 'A Schema Registry, or several that are the same; else RK_REGISTRY, schema.registry.url'
            cand --key-schema 'The schema of keys; further files hold what it refers to'
            cand --value-schema 'The schema of values: .avsc, .proto, a descriptor set, or .json'
            cand --schema 'The schema of values: .avsc, .proto, a descriptor set, or .json'
            cand --key-message 'Which message of a Protobuf file keys are [default: the first]'
            cand --value-message 'Which message of a Protobuf file values are [default: the first]'
            cand --message 'Which message of a Protobuf file values are [default: the first]'
            cand --import-path 'Where imports of a Protobuf file are, besides its own folder; repeatable'
            cand --schema-id-in 'Where records name their schema: prefix, header, or none'
            cand --decode 'Recognise what keys, values and headers are, and say so: auto'
            cand --null-marker 'What a format string prints for null; nothing, if not said'
            cand --color 'When to use colour: auto, always or never'
            cand --regex 'Take the names as patterns (regular expressions) that match whole names'
            cand --from-beginning 'Begin with the oldest record: the same as -O beginning'
            cand -e 'End when every partition is read to the end that it has now'
            cand --exit-at-end 'End when every partition is read to the end that it has now'
            cand --raw 'Print strings that --jq yields without quotes'
            cand --count 'Print only how many records there are'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;groups'= {
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the groups there are'
            cand describe 'Show groups: offsets and lag, members, or state'
            cand reset-offsets 'Move a group''s offsets: shows the plan, and acts with --execute'
            cand reset 'Move a group''s offsets: shows the plan, and acts with --execute'
            cand delete 'Delete groups and their offsets'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;consumer-groups'= {
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the groups there are'
            cand describe 'Show groups: offsets and lag, members, or state'
            cand reset-offsets 'Move a group''s offsets: shows the plan, and acts with --execute'
            cand reset 'Move a group''s offsets: shows the plan, and acts with --execute'
            cand delete 'Delete groups and their offsets'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;groups;list'= {
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;consumer-groups;list'= {
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;groups;describe'= {
            cand -g 'A group, as Kafka''s own tools name it; repeatable'
            cand --group 'A group, as Kafka''s own tools name it; repeatable'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --all-groups 'Show all groups: what is shown anyway when none is named'
            cand --members 'Show the members and what they are assigned'
            cand --state 'Show the state and the coordinator'
            cand --offsets 'Show the offsets: what is shown anyway'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;consumer-groups;describe'= {
            cand -g 'A group, as Kafka''s own tools name it; repeatable'
            cand --group 'A group, as Kafka''s own tools name it; repeatable'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --all-groups 'Show all groups: what is shown anyway when none is named'
            cand --members 'Show the members and what they are assigned'
            cand --state 'Show the state and the coordinator'
            cand --offsets 'Show the offsets: what is shown anyway'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;groups;reset-offsets'= {
            cand -g 'The group'
            cand --group 'The group'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand -t 'A topic, or some of its partitions; repeatable'
            cand --topic 'A topic, or some of its partitions; repeatable'
            cand --to 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME'
            cand --to-offset 'To this offset'
            cand --to-datetime 'To the first record of this time or later; UTC where no zone is written'
            cand --to-date-time 'To the first record of this time or later; UTC where no zone is written'
            cand --by-duration 'To the first record younger than this: 2h30m, PT2H'
            cand --by-period 'To the first record younger than this: 2h30m, PT2H'
            cand --shift-by 'So many records on, or back when negative'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --execute 'Move the offsets; without it only the plan is shown'
            cand --dry-run 'Show the plan only: what happens anyway without --execute'
            cand --all-topics 'Every partition that the group has committed'
            cand --to-earliest 'To the oldest record that is still there'
            cand --to-latest 'To the end: only what is written from now on'
            cand --to-current 'To where it stands: commits what is committed, and the end where nothing is'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;groups;reset'= {
            cand -g 'The group'
            cand --group 'The group'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand -t 'A topic, or some of its partitions; repeatable'
            cand --topic 'A topic, or some of its partitions; repeatable'
            cand --to 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME'
            cand --to-offset 'To this offset'
            cand --to-datetime 'To the first record of this time or later; UTC where no zone is written'
            cand --to-date-time 'To the first record of this time or later; UTC where no zone is written'
            cand --by-duration 'To the first record younger than this: 2h30m, PT2H'
            cand --by-period 'To the first record younger than this: 2h30m, PT2H'
            cand --shift-by 'So many records on, or back when negative'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --execute 'Move the offsets; without it only the plan is shown'
            cand --dry-run 'Show the plan only: what happens anyway without --execute'
            cand --all-topics 'Every partition that the group has committed'
            cand --to-earliest 'To the oldest record that is still there'
            cand --to-latest 'To the end: only what is written from now on'
            cand --to-current 'To where it stands: commits what is committed, and the end where nothing is'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;consumer-groups;reset-offsets'= {
            cand -g 'The group'
            cand --group 'The group'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand -t 'A topic, or some of its partitions; repeatable'
            cand --topic 'A topic, or some of its partitions; repeatable'
            cand --to 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME'
            cand --to-offset 'To this offset'
            cand --to-datetime 'To the first record of this time or later; UTC where no zone is written'
            cand --to-date-time 'To the first record of this time or later; UTC where no zone is written'
            cand --by-duration 'To the first record younger than this: 2h30m, PT2H'
            cand --by-period 'To the first record younger than this: 2h30m, PT2H'
            cand --shift-by 'So many records on, or back when negative'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --execute 'Move the offsets; without it only the plan is shown'
            cand --dry-run 'Show the plan only: what happens anyway without --execute'
            cand --all-topics 'Every partition that the group has committed'
            cand --to-earliest 'To the oldest record that is still there'
            cand --to-latest 'To the end: only what is written from now on'
            cand --to-current 'To where it stands: commits what is committed, and the end where nothing is'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;consumer-groups;reset'= {
            cand -g 'The group'
            cand --group 'The group'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand -t 'A topic, or some of its partitions; repeatable'
            cand --topic 'A topic, or some of its partitions; repeatable'
            cand --to 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME'
            cand --to-offset 'To this offset'
            cand --to-datetime 'To the first record of this time or later; UTC where no zone is written'
            cand --to-date-time 'To the first record of this time or later; UTC where no zone is written'
            cand --by-duration 'To the first record younger than this: 2h30m, PT2H'
            cand --by-period 'To the first record younger than this: 2h30m, PT2H'
            cand --shift-by 'So many records on, or back when negative'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --execute 'Move the offsets; without it only the plan is shown'
            cand --dry-run 'Show the plan only: what happens anyway without --execute'
            cand --all-topics 'Every partition that the group has committed'
            cand --to-earliest 'To the oldest record that is still there'
            cand --to-latest 'To the end: only what is written from now on'
            cand --to-current 'To where it stands: commits what is committed, and the end where nothing is'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;groups;delete'= {
            cand -g 'A group, as Kafka''s own tools name it; repeatable'
            cand --group 'A group, as Kafka''s own tools name it; repeatable'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand -y 'Delete without asking'
            cand --yes 'Delete without asking'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;consumer-groups;delete'= {
            cand -g 'A group, as Kafka''s own tools name it; repeatable'
            cand --group 'A group, as Kafka''s own tools name it; repeatable'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand -y 'Delete without asking'
            cand --yes 'Delete without asking'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;groups;help'= {
            cand list 'List the groups there are'
            cand describe 'Show groups: offsets and lag, members, or state'
            cand reset-offsets 'Move a group''s offsets: shows the plan, and acts with --execute'
            cand delete 'Delete groups and their offsets'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;groups;help;list'= {
        }
        &'rk;groups;help;describe'= {
        }
        &'rk;groups;help;reset-offsets'= {
        }
        &'rk;groups;help;delete'= {
        }
        &'rk;groups;help;help'= {
        }
        &'rk;consumer-groups;help'= {
            cand list 'List the groups there are'
            cand describe 'Show groups: offsets and lag, members, or state'
            cand reset-offsets 'Move a group''s offsets: shows the plan, and acts with --execute'
            cand delete 'Delete groups and their offsets'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;consumer-groups;help;list'= {
        }
        &'rk;consumer-groups;help;describe'= {
        }
        &'rk;consumer-groups;help;reset-offsets'= {
        }
        &'rk;consumer-groups;help;delete'= {
        }
        &'rk;consumer-groups;help;help'= {
        }
        &'rk;connect'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand run 'Run connectors: a standalone worker that takes the files of connect-standalone'
            cand list 'List the connectors, each with its state and its tasks'' in one row'
            cand describe 'Show connectors: settings, states, topics, offsets, and why they failed'
            cand status 'Show the states of connectors and tasks, and the root of what failed'
            cand create 'Make connectors out of files: properties, a JSON map or a JSON request'
            cand apply 'Make connectors be as their files say: create, change, or leave alone'
            cand diff 'Show what `apply` would change'
            cand alter 'Set and unset settings of a connector, and leave the others'
            cand delete 'Delete connectors'
            cand pause 'Pause connectors: their tasks stay, and do nothing'
            cand resume 'Resume connectors that are paused or stopped'
            cand stop 'Stop connectors: their tasks go, and offsets can be changed'
            cand restart 'Restart connectors; with --tasks their tasks too, with --failed only what has failed'
            cand tasks 'Show the tasks of connectors, with their states or their settings'
            cand topics 'Show the topics that connectors have used'
            cand offsets 'Show and change how far connectors are'
            cand plugins 'List the plugins of the workers, or the settings of one'
            cand validate 'Check configurations, and change nothing'
            cand loggers 'Show and set how much the workers log'
            cand watch 'Follow states: a line for each change'
            cand info 'Show a worker''s version, cluster and health'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;connect;run'= {
            cand --rest 'Serve the REST interface here; else where the worker''s file says `listeners`'
            cand -b 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --brokers 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand --bootstrap-server 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092'
            cand -X 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-property 'Set a client property, in librdkafka''s or Java''s spelling; repeatable'
            cand --command-config 'Read client properties from a Java .properties file'
            cand --color 'When to use colour: auto, always or never'
            cand --once 'End when everything that is there now has been dealt with'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;list'= {
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --fail-on-failed 'End with exit code 5 if a connector or a task has failed'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;describe'= {
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --show-secrets 'Show passwords and other secrets as they are'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;status'= {
            cand --task 'Show only this task of one connector'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --fail-on-failed 'End with exit code 5 if a connector or a task has failed'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;create'= {
            cand --name 'The name of the connector, for a file that has none'
            cand --set 'Set a setting, over what the file says; repeatable'
            cand --state 'The state to make it in; else what the file says, else running'
            cand --timeout 'How long to wait at most'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --wait 'Wait until it is so, or has failed'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;apply'= {
            cand --name 'The name of the connector, for a file that has none'
            cand --set 'Set a setting, over what the file says; repeatable'
            cand --state 'The state of connectors that are made; else what the file says, else running'
            cand --timeout 'How long to wait at most'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --dry-run 'Print what would change, and change nothing'
            cand --wait 'Wait until it is so, or has failed'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;diff'= {
            cand --name 'The name of the connector, for a file that has none'
            cand --set 'Set a setting, over what the file says; repeatable'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;alter'= {
            cand --set 'Set a setting; repeatable'
            cand --unset 'Take a setting away; repeatable'
            cand --timeout 'How long to wait at most'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --wait 'Wait until it is so, or has failed'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;delete'= {
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand -y 'Delete without asking'
            cand --yes 'Delete without asking'
            cand --if-exists 'Do not fail for connectors that are not there'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;pause'= {
            cand --timeout 'How long to wait at most'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --all 'All connectors'
            cand --wait 'Wait until it is so, or has failed'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;resume'= {
            cand --timeout 'How long to wait at most'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --all 'All connectors'
            cand --wait 'Wait until it is so, or has failed'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;stop'= {
            cand --timeout 'How long to wait at most'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --all 'All connectors'
            cand --wait 'Wait until it is so, or has failed'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;restart'= {
            cand --task 'Restart this one task, whatever its state; repeatable'
            cand --timeout 'How long to wait at most'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --all 'All connectors'
            cand --tasks 'Restart the tasks too'
            cand --failed 'Restart only what has failed'
            cand --wait 'Wait until it is so, or has failed'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;tasks'= {
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --configs 'Show what each task is told to do, and not its state'
            cand --show-secrets 'Show passwords and other secrets as they are'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;topics'= {
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --reset 'Forget the topics, so that only those are shown that are used from now on'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;offsets'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
            cand get 'Show how far connectors are'
            cand alter 'Move a connector to other offsets'
            cand reset 'Make connectors begin anew'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;connect;offsets;get'= {
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;offsets;alter'= {
            cand --partition 'The partition of a source, as JSON'
            cand --topic 'An offset of a sink: `orders:0=100`, or `orders:0=` to forget it; repeatable'
            cand --offset 'The offset of --partition, as JSON'
            cand --timeout 'How long stopping may take'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --stop-first 'Stop the connector first, which offsets cannot be changed without'
            cand --resume 'Resume it afterwards'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;offsets;reset'= {
            cand --timeout 'How long stopping may take'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand -y 'Reset without asking'
            cand --yes 'Reset without asking'
            cand --stop-first 'Stop the connector first, which offsets cannot be changed without'
            cand --resume 'Resume it afterwards'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;offsets;help'= {
            cand get 'Show how far connectors are'
            cand alter 'Move a connector to other offsets'
            cand reset 'Make connectors begin anew'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;connect;offsets;help;get'= {
        }
        &'rk;connect;offsets;help;alter'= {
        }
        &'rk;connect;offsets;help;reset'= {
        }
        &'rk;connect;offsets;help;help'= {
        }
        &'rk;connect;plugins'= {
            cand --plugin-version 'The version of the plugin, where the worker has several'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --all 'List converters, transforms and predicates too'
            cand --local 'Show what `rk connect run` has inside, with every setting; no worker is asked'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;validate'= {
            cand --name 'The name of the connector, for a file that has none'
            cand --set 'Set a setting, over what the file says; repeatable'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --all 'Show all settings with their values, and not only those with a problem'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;loggers'= {
            cand --set 'Set the level of these loggers and of those below them: trace, debug, info, warn, error'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --cluster 'Set it on all workers, and not only on the one that is asked'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;watch'= {
            cand --timeout 'End after this time'
            cand --interval 'How often to look'
            cand --max-restarts 'How often each connector is restarted in an hour at most'
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --fail-on-failed 'End with exit code 5 when a connector or a task has failed'
            cand --restart-failed 'Restart what fails'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;info'= {
            cand -o 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --output 'How to print: table, json, ndjson, csv, tsv or plain'
            cand --connect 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --connect-url 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083'
            cand --user 'Log in with a name and a password; else RK_CONNECT_USER'
            cand --token 'Log in with a bearer token; else RK_CONNECT_TOKEN'
            cand --ca 'Trust the authorities in this PEM file, and not the system''s'
            cand --cert 'Show this certificate (PEM)'
            cand --key 'The key of --cert (PEM)'
            cand --command-config 'Read `connect.url` and other settings from a .properties file'
            cand --request-timeout 'How long an answer may take'
            cand --color 'When to use colour: auto, always or never'
            cand --insecure 'Do not look who the workers are: whoever is between can read and change everything'
            cand --no-retry 'Do not wait for a rebalance to be over, but fail'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;connect;help'= {
            cand run 'Run connectors: a standalone worker that takes the files of connect-standalone'
            cand list 'List the connectors, each with its state and its tasks'' in one row'
            cand describe 'Show connectors: settings, states, topics, offsets, and why they failed'
            cand status 'Show the states of connectors and tasks, and the root of what failed'
            cand create 'Make connectors out of files: properties, a JSON map or a JSON request'
            cand apply 'Make connectors be as their files say: create, change, or leave alone'
            cand diff 'Show what `apply` would change'
            cand alter 'Set and unset settings of a connector, and leave the others'
            cand delete 'Delete connectors'
            cand pause 'Pause connectors: their tasks stay, and do nothing'
            cand resume 'Resume connectors that are paused or stopped'
            cand stop 'Stop connectors: their tasks go, and offsets can be changed'
            cand restart 'Restart connectors; with --tasks their tasks too, with --failed only what has failed'
            cand tasks 'Show the tasks of connectors, with their states or their settings'
            cand topics 'Show the topics that connectors have used'
            cand offsets 'Show and change how far connectors are'
            cand plugins 'List the plugins of the workers, or the settings of one'
            cand validate 'Check configurations, and change nothing'
            cand loggers 'Show and set how much the workers log'
            cand watch 'Follow states: a line for each change'
            cand info 'Show a worker''s version, cluster and health'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;connect;help;run'= {
        }
        &'rk;connect;help;list'= {
        }
        &'rk;connect;help;describe'= {
        }
        &'rk;connect;help;status'= {
        }
        &'rk;connect;help;create'= {
        }
        &'rk;connect;help;apply'= {
        }
        &'rk;connect;help;diff'= {
        }
        &'rk;connect;help;alter'= {
        }
        &'rk;connect;help;delete'= {
        }
        &'rk;connect;help;pause'= {
        }
        &'rk;connect;help;resume'= {
        }
        &'rk;connect;help;stop'= {
        }
        &'rk;connect;help;restart'= {
        }
        &'rk;connect;help;tasks'= {
        }
        &'rk;connect;help;topics'= {
        }
        &'rk;connect;help;offsets'= {
            cand get 'Show how far connectors are'
            cand alter 'Move a connector to other offsets'
            cand reset 'Make connectors begin anew'
        }
        &'rk;connect;help;offsets;get'= {
        }
        &'rk;connect;help;offsets;alter'= {
        }
        &'rk;connect;help;offsets;reset'= {
        }
        &'rk;connect;help;plugins'= {
        }
        &'rk;connect;help;validate'= {
        }
        &'rk;connect;help;loggers'= {
        }
        &'rk;connect;help;watch'= {
        }
        &'rk;connect;help;info'= {
        }
        &'rk;connect;help;help'= {
        }
        &'rk;dev'= {
            cand -l 'Where to listen; port 0 takes a free one [default: 127.0.0.1:9092, with COMMAND port 0]'
            cand --listen 'Where to listen; port 0 takes a free one [default: 127.0.0.1:9092, with COMMAND port 0]'
            cand --listener 'Listen also, or only, as here: [NAME=]PROTOCOL with port=, host=, advertised=HOST:PORT, keystore=FILE, ca=FILE, client-auth=required, mechanisms=A+B; repeatable'
            cand --user 'Let somebody log in, by PLAIN and by SCRAM; repeatable'
            cand -d 'Where to keep the data, as Kafka keeps it [default: a private directory, removed at exit]'
            cand --data-dir 'Where to keep the data, as Kafka keeps it [default: a private directory, removed at exit]'
            cand -p 'How many partitions a topic gets that is created without a number'
            cand --partitions 'How many partitions a topic gets that is created without a number'
            cand -c 'Set a config of the broker; repeatable'
            cand --config 'Set a config of the broker; repeatable'
            cand --ready-file 'Write the address into this file when the broker answers'
            cand --cluster-id 'The cluster''s id [default: the data directory''s, or a random one]'
            cand --node-id 'The broker''s id [default: the data directory''s, or 1]'
            cand --as-version 'Offer what this older Kafka offered: its requests, their versions and its features'
            cand --color 'When to use colour: auto, always or never'
            cand --fsync 'Acknowledge what is on disk only, so that it survives a power cut as well'
            cand --no-auto-create 'Do not create a topic only because somebody asks for it'
            cand --lenient-rf 'Accept replication factors above 1; one replica is stored, and told, all the same'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;completions'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;man'= {
            cand --dir 'Write all pages into this directory'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Say less: no notes, no progress'
            cand --quiet 'Say less: no notes, no progress'
            cand -v 'Say more; twice for even more'
            cand --verbose 'Say more; twice for even more'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'rk;help'= {
            cand topics 'Create, list, describe, alter and delete topics'
            cand produce 'Send records: lines, JSON, CSV and more, from standard input or files'
            cand consume 'Print records'
            cand groups 'List, describe, reset and delete consumer groups'
            cand connect 'Run connectors, and manage those of a Kafka Connect cluster'
            cand dev 'Run a broker for development and tests'
            cand completions 'Print the completions for a shell'
            cand man 'Print a manual page, or write them all'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'rk;help;topics'= {
            cand create 'Create topics'
            cand list 'List the topics there are'
            cand describe 'Show topics: settings, partitions, offsets and sizes'
            cand alter 'Add partitions, set and unset configs'
            cand delete 'Delete topics and all their records'
            cand copy 'Copy a topic''s records and configs to another topic, or to another cluster'
            cand archive 'Write a topic''s records, partitions and configs into one file'
            cand restore 'Make a topic out of such a file'
        }
        &'rk;help;topics;create'= {
        }
        &'rk;help;topics;list'= {
        }
        &'rk;help;topics;describe'= {
        }
        &'rk;help;topics;alter'= {
        }
        &'rk;help;topics;delete'= {
        }
        &'rk;help;topics;copy'= {
        }
        &'rk;help;topics;archive'= {
        }
        &'rk;help;topics;restore'= {
        }
        &'rk;help;produce'= {
        }
        &'rk;help;consume'= {
        }
        &'rk;help;groups'= {
            cand list 'List the groups there are'
            cand describe 'Show groups: offsets and lag, members, or state'
            cand reset-offsets 'Move a group''s offsets: shows the plan, and acts with --execute'
            cand delete 'Delete groups and their offsets'
        }
        &'rk;help;groups;list'= {
        }
        &'rk;help;groups;describe'= {
        }
        &'rk;help;groups;reset-offsets'= {
        }
        &'rk;help;groups;delete'= {
        }
        &'rk;help;connect'= {
            cand run 'Run connectors: a standalone worker that takes the files of connect-standalone'
            cand list 'List the connectors, each with its state and its tasks'' in one row'
            cand describe 'Show connectors: settings, states, topics, offsets, and why they failed'
            cand status 'Show the states of connectors and tasks, and the root of what failed'
            cand create 'Make connectors out of files: properties, a JSON map or a JSON request'
            cand apply 'Make connectors be as their files say: create, change, or leave alone'
            cand diff 'Show what `apply` would change'
            cand alter 'Set and unset settings of a connector, and leave the others'
            cand delete 'Delete connectors'
            cand pause 'Pause connectors: their tasks stay, and do nothing'
            cand resume 'Resume connectors that are paused or stopped'
            cand stop 'Stop connectors: their tasks go, and offsets can be changed'
            cand restart 'Restart connectors; with --tasks their tasks too, with --failed only what has failed'
            cand tasks 'Show the tasks of connectors, with their states or their settings'
            cand topics 'Show the topics that connectors have used'
            cand offsets 'Show and change how far connectors are'
            cand plugins 'List the plugins of the workers, or the settings of one'
            cand validate 'Check configurations, and change nothing'
            cand loggers 'Show and set how much the workers log'
            cand watch 'Follow states: a line for each change'
            cand info 'Show a worker''s version, cluster and health'
        }
        &'rk;help;connect;run'= {
        }
        &'rk;help;connect;list'= {
        }
        &'rk;help;connect;describe'= {
        }
        &'rk;help;connect;status'= {
        }
        &'rk;help;connect;create'= {
        }
        &'rk;help;connect;apply'= {
        }
        &'rk;help;connect;diff'= {
        }
        &'rk;help;connect;alter'= {
        }
        &'rk;help;connect;delete'= {
        }
        &'rk;help;connect;pause'= {
        }
        &'rk;help;connect;resume'= {
        }
        &'rk;help;connect;stop'= {
        }
        &'rk;help;connect;restart'= {
        }
        &'rk;help;connect;tasks'= {
        }
        &'rk;help;connect;topics'= {
        }
        &'rk;help;connect;offsets'= {
            cand get 'Show how far connectors are'
            cand alter 'Move a connector to other offsets'
            cand reset 'Make connectors begin anew'
        }
        &'rk;help;connect;offsets;get'= {
        }
        &'rk;help;connect;offsets;alter'= {
        }
        &'rk;help;connect;offsets;reset'= {
        }
        &'rk;help;connect;plugins'= {
        }
        &'rk;help;connect;validate'= {
        }
        &'rk;help;connect;loggers'= {
        }
        &'rk;help;connect;watch'= {
        }
        &'rk;help;connect;info'= {
        }
        &'rk;help;dev'= {
        }
        &'rk;help;completions'= {
        }
        &'rk;help;man'= {
        }
        &'rk;help;help'= {
        }
    ]
    $completions[$command]
}
