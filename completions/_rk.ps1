
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'rk' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'rk'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'rk' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('topics', 'topics', [CompletionResultType]::ParameterValue, 'Create, list, describe, alter and delete topics')
            [CompletionResult]::new('produce', 'produce', [CompletionResultType]::ParameterValue, 'Send records: lines, JSON, CSV and more, from standard input or files')
            [CompletionResult]::new('consume', 'consume', [CompletionResultType]::ParameterValue, 'Print records')
            [CompletionResult]::new('groups', 'groups', [CompletionResultType]::ParameterValue, 'List, describe, reset and delete consumer groups')
            [CompletionResult]::new('consumer-groups', 'consumer-groups', [CompletionResultType]::ParameterValue, 'List, describe, reset and delete consumer groups')
            [CompletionResult]::new('connect', 'connect', [CompletionResultType]::ParameterValue, 'Run connectors, and manage those of a Kafka Connect cluster')
            [CompletionResult]::new('dev', 'dev', [CompletionResultType]::ParameterValue, 'Run a broker for development and tests')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page, or write them all')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;topics' {
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create topics')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the topics there are')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show topics: settings, partitions, offsets and sizes')
            [CompletionResult]::new('alter', 'alter', [CompletionResultType]::ParameterValue, 'Add partitions, set and unset configs')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete topics and all their records')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Copy a topic''s records and configs to another topic, or to another cluster')
            [CompletionResult]::new('archive', 'archive', [CompletionResultType]::ParameterValue, 'Write a topic''s records, partitions and configs into one file')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Make a topic out of such a file')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;topics;create' {
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'A topic, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'A topic, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('--partitions', '--partitions', [CompletionResultType]::ParameterName, 'How many partitions; the broker''s default when not given')
            [CompletionResult]::new('--replication-factor', '--replication-factor', [CompletionResultType]::ParameterName, 'How many copies of each partition; the broker''s default when not given')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Set a config of the topic; repeatable')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--if-not-exists', '--if-not-exists', [CompletionResultType]::ParameterName, 'Leave a topic that is already there as it is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;topics;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--internal', '--internal', [CompletionResultType]::ParameterName, 'Also list Kafka''s own topics, as __consumer_offsets')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;topics;describe' {
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'A topic, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'A topic, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--regex', '--regex', [CompletionResultType]::ParameterName, 'Take the names as patterns (regular expressions) that match whole names')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;topics;alter' {
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'A topic, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'A topic, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('--partitions', '--partitions', [CompletionResultType]::ParameterName, 'How many partitions there shall be: more than now')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Set a config of the topic; repeatable')
            [CompletionResult]::new('--delete-config', '--delete-config', [CompletionResultType]::ParameterName, 'Set a config back to its default; repeatable')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--regex', '--regex', [CompletionResultType]::ParameterName, 'Take the names as patterns (regular expressions) that match whole names')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;topics;delete' {
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'A topic, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'A topic, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--regex', '--regex', [CompletionResultType]::ParameterName, 'Take the names as patterns (regular expressions) that match whole names')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;topics;copy' {
            [CompletionResult]::new('--to-brokers', '--to-brokers', [CompletionResultType]::ParameterName, 'Brokers of the cluster to copy to; without it, the same cluster')
            [CompletionResult]::new('--to-property', '--to-property', [CompletionResultType]::ParameterName, 'Set a client property for that cluster; repeatable')
            [CompletionResult]::new('--to-config', '--to-config', [CompletionResultType]::ParameterName, 'Read client properties for that cluster from a Java .properties file')
            [CompletionResult]::new('--replication-factor', '--replication-factor', [CompletionResultType]::ParameterName, 'How many copies of each partition; the broker''s default when not given')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on with an earlier run that did not come to its end')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;topics;archive' {
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;topics;restore' {
            [CompletionResult]::new('--replication-factor', '--replication-factor', [CompletionResultType]::ParameterName, 'How many copies of each partition; the broker''s default when not given')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Go on with an earlier run that did not come to its end')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;topics;help' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create topics')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the topics there are')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show topics: settings, partitions, offsets and sizes')
            [CompletionResult]::new('alter', 'alter', [CompletionResultType]::ParameterValue, 'Add partitions, set and unset configs')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete topics and all their records')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Copy a topic''s records and configs to another topic, or to another cluster')
            [CompletionResult]::new('archive', 'archive', [CompletionResultType]::ParameterValue, 'Write a topic''s records, partitions and configs into one file')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Make a topic out of such a file')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;topics;help;create' {
            break
        }
        'rk;topics;help;list' {
            break
        }
        'rk;topics;help;describe' {
            break
        }
        'rk;topics;help;alter' {
            break
        }
        'rk;topics;help;delete' {
            break
        }
        'rk;topics;help;copy' {
            break
        }
        'rk;topics;help;archive' {
            break
        }
        'rk;topics;help;restore' {
            break
        }
        'rk;topics;help;help' {
            break
        }
        'rk;produce' {
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'The topic, as Kafka''s own tools name it')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'The topic, as Kafka''s own tools name it')
            [CompletionResult]::new('--input', '--input', [CompletionResultType]::ParameterName, 'What the input is: lines, json, csv, tsv (with a row of names), or file: each a record')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read records by this format string, as rk consume -f prints them')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Read records by this format string, as rk consume -f prints them')
            [CompletionResult]::new('-D', '-D ', [CompletionResultType]::ParameterName, 'What ends a line, instead of a newline; of any length, \t, \0 and \xHH are understood')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'What ends a line, instead of a newline; of any length, \t, \0 and \xHH are understood')
            [CompletionResult]::new('--key-column', '--key-column', [CompletionResultType]::ParameterName, 'The column of a CSV whose text is the key')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Invent records by this template instead of reading any')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'What invented records begin with: the same seed gives the same records')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'End after so many records')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'End after so many records')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Send so many records a second at most')
            [CompletionResult]::new('--key-format', '--key-format', [CompletionResultType]::ParameterName, 'What keys are: string, json, hex, base64, int, long, ..., msgpack, pack:FMT; see below')
            [CompletionResult]::new('--value-format', '--value-format', [CompletionResultType]::ParameterName, 'What values are')
            [CompletionResult]::new('--header-format', '--header-format', [CompletionResultType]::ParameterName, 'What the values of headers are')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'A Schema Registry, or several that are the same; else RK_REGISTRY, schema.registry.url')
            [CompletionResult]::new('--key-schema', '--key-schema', [CompletionResultType]::ParameterName, 'The schema of keys; further files hold what it refers to')
            [CompletionResult]::new('--value-schema', '--value-schema', [CompletionResultType]::ParameterName, 'The schema of values: .avsc, .proto, a descriptor set, or .json')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'The schema of values: .avsc, .proto, a descriptor set, or .json')
            [CompletionResult]::new('--key-message', '--key-message', [CompletionResultType]::ParameterName, 'Which message of a Protobuf file keys are [default: the first]')
            [CompletionResult]::new('--value-message', '--value-message', [CompletionResultType]::ParameterName, 'Which message of a Protobuf file values are [default: the first]')
            [CompletionResult]::new('--message', '--message', [CompletionResultType]::ParameterName, 'Which message of a Protobuf file values are [default: the first]')
            [CompletionResult]::new('--import-path', '--import-path', [CompletionResultType]::ParameterName, 'Where imports of a Protobuf file are, besides its own folder; repeatable')
            [CompletionResult]::new('--schema-id-in', '--schema-id-in', [CompletionResultType]::ParameterName, 'Where records name their schema: prefix, header, or none')
            [CompletionResult]::new('--subject-name', '--subject-name', [CompletionResultType]::ParameterName, 'What subjects are named after: topic, record, or topic-record')
            [CompletionResult]::new('--key-schema-id', '--key-schema-id', [CompletionResultType]::ParameterName, 'Write keys by the schema with this id; with --key-schema, by the file and under this id')
            [CompletionResult]::new('--value-schema-id', '--value-schema-id', [CompletionResultType]::ParameterName, 'Write values by the schema with this id; with --value-schema, by the file')
            [CompletionResult]::new('-K', '-K ', [CompletionResultType]::ParameterName, 'Split each line into key and value at the first SEP; \t, \n and \xHH are understood')
            [CompletionResult]::new('--key-separator', '--key-separator', [CompletionResultType]::ParameterName, 'Split each line into key and value at the first SEP; \t, \n and \xHH are understood')
            [CompletionResult]::new('--property', '--property', [CompletionResultType]::ParameterName, 'parse.key, parse.headers, null.marker, ... as in kafka-console-producer; repeatable')
            [CompletionResult]::new('--reader-property', '--reader-property', [CompletionResultType]::ParameterName, 'parse.key, parse.headers, null.marker, ... as in kafka-console-producer; repeatable')
            [CompletionResult]::new('--no-separator', '--no-separator', [CompletionResultType]::ParameterName, 'What a line without the separator is: error, or value (without a key)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of every record that has none of its own')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header of every record: name=value, or only name for null; repeatable')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header of every record: name=value, or only name for null; repeatable')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The partition of every record; without it the key decides, as in Java')
            [CompletionResult]::new('--partition', '--partition', [CompletionResultType]::ParameterName, 'The partition of every record; without it the key decides, as in Java')
            [CompletionResult]::new('--timestamp', '--timestamp', [CompletionResultType]::ParameterName, 'The timestamp of every record; without it the time of sending')
            [CompletionResult]::new('--null-marker', '--null-marker', [CompletionResultType]::ParameterName, 'The text that stands for null, as key or as value')
            [CompletionResult]::new('-z', '-z', [CompletionResultType]::ParameterName, 'How to compress batches')
            [CompletionResult]::new('--compression', '--compression', [CompletionResultType]::ParameterName, 'How to compress batches')
            [CompletionResult]::new('--acks', '--acks', [CompletionResultType]::ParameterName, 'Who must have a record before it counts as delivered: 0 nobody, 1 the leader, all')
            [CompletionResult]::new('--partitioner', '--partitioner', [CompletionResultType]::ParameterName, 'Who chooses partitions: murmur2_random (as in Java, which it is without this word), murmur2, consistent, consistent_random, fnv1a, fnv1a_random, random, round-robin or sticky')
            [CompletionResult]::new('--transactional-id', '--transactional-id', [CompletionResultType]::ParameterName, 'Send in transactions under this id: one for the run; Ctrl-C aborts it')
            [CompletionResult]::new('--transaction-per', '--transaction-per', [CompletionResultType]::ParameterName, 'One transaction for: the run, each file, or so many records')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--no-register', '--no-register', [CompletionResultType]::ParameterName, 'Never register a schema: it must be in its subject')
            [CompletionResult]::new('--latest-schema', '--latest-schema', [CompletionResultType]::ParameterName, 'Write by the latest version of the subject, whatever the file says')
            [CompletionResult]::new('--keep-partition', '--keep-partition', [CompletionResultType]::ParameterName, 'Send each record to the partition that JSON or %p of the format names')
            [CompletionResult]::new('--keep-timestamp', '--keep-timestamp', [CompletionResultType]::ParameterName, 'Give each record the timestamp that JSON or %d of the format names')
            [CompletionResult]::new('--idempotent', '--idempotent', [CompletionResultType]::ParameterName, 'Have the broker drop repetitions of what a retry sends twice')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would be sent, as JSON, and send nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;consume' {
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'A topic, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'A topic, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('-O', '-O ', [CompletionResultType]::ParameterName, 'Where to begin, or from where to where: see below')
            [CompletionResult]::new('--offset', '--offset', [CompletionResultType]::ParameterName, 'Where to begin, or from where to where: see below')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Where to end: before this position')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Read only this partition; repeatable')
            [CompletionResult]::new('--partition', '--partition', [CompletionResultType]::ParameterName, 'Read only this partition; repeatable')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'End after so many records')
            [CompletionResult]::new('--max-records', '--max-records', [CompletionResultType]::ParameterName, 'End after so many records')
            [CompletionResult]::new('--per-partition', '--per-partition', [CompletionResultType]::ParameterName, 'Print no more than so many records of each partition')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'End when no record came for so long: 500ms, 10s')
            [CompletionResult]::new('--isolation', '--isolation', [CompletionResultType]::ParameterName, 'Which records of transactions to read: committed, or all (uncommitted)')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only records with a match of this regular expression; repeatable')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only records within: partition=0,2 offset=5:10 time=@-1h:@-30m, ! in front for the rest')
            [CompletionResult]::new('--jq', '--jq', [CompletionResultType]::ParameterName, 'Take values as JSON through this jq expression; repeatable, one after the other')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Print in this order: time merges partitions by timestamp; only where the run ends')
            [CompletionResult]::new('--count-by', '--count-by', [CompletionResultType]::ParameterName, 'Print how many records there are for each result of this jq expression')
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'Join this consumer group, and commit what was printed')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'Join this consumer group, and commit what was printed')
            [CompletionResult]::new('--group-protocol', '--group-protocol', [CompletionResultType]::ParameterName, 'Which rebalance protocol to speak: classic or consumer (KIP-848)')
            [CompletionResult]::new('--group-instance-id', '--group-instance-id', [CompletionResultType]::ParameterName, 'Be a static member of this name: the partitions wait for it to come back')
            [CompletionResult]::new('--commit', '--commit', [CompletionResultType]::ParameterName, 'When to commit what was printed: after-print (every few seconds), on-exit or never')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'How to print a record [default: the value and a newline]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print a record [default: the value and a newline]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print instead: json, which is an object a line with nothing lost')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print instead: json, which is an object a line with nothing lost')
            [CompletionResult]::new('--key-format', '--key-format', [CompletionResultType]::ParameterName, 'What keys are: string, json, hex, base64, int, long, ..., msgpack, pack:FMT; see below')
            [CompletionResult]::new('--value-format', '--value-format', [CompletionResultType]::ParameterName, 'What values are')
            [CompletionResult]::new('--header-format', '--header-format', [CompletionResultType]::ParameterName, 'What the values of headers are')
            [CompletionResult]::new('--registry', '--registry', [CompletionResultType]::ParameterName, 'A Schema Registry, or several that are the same; else RK_REGISTRY, schema.registry.url')
            [CompletionResult]::new('--key-schema', '--key-schema', [CompletionResultType]::ParameterName, 'The schema of keys; further files hold what it refers to')
            [CompletionResult]::new('--value-schema', '--value-schema', [CompletionResultType]::ParameterName, 'The schema of values: .avsc, .proto, a descriptor set, or .json')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'The schema of values: .avsc, .proto, a descriptor set, or .json')
            [CompletionResult]::new('--key-message', '--key-message', [CompletionResultType]::ParameterName, 'Which message of a Protobuf file keys are [default: the first]')
            [CompletionResult]::new('--value-message', '--value-message', [CompletionResultType]::ParameterName, 'Which message of a Protobuf file values are [default: the first]')
            [CompletionResult]::new('--message', '--message', [CompletionResultType]::ParameterName, 'Which message of a Protobuf file values are [default: the first]')
            [CompletionResult]::new('--import-path', '--import-path', [CompletionResultType]::ParameterName, 'Where imports of a Protobuf file are, besides its own folder; repeatable')
            [CompletionResult]::new('--schema-id-in', '--schema-id-in', [CompletionResultType]::ParameterName, 'Where records name their schema: prefix, header, or none')
            [CompletionResult]::new('--decode', '--decode', [CompletionResultType]::ParameterName, 'Recognise what keys, values and headers are, and say so: auto')
            [CompletionResult]::new('--null-marker', '--null-marker', [CompletionResultType]::ParameterName, 'What a format string prints for null; nothing, if not said')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--regex', '--regex', [CompletionResultType]::ParameterName, 'Take the names as patterns (regular expressions) that match whole names')
            [CompletionResult]::new('--from-beginning', '--from-beginning', [CompletionResultType]::ParameterName, 'Begin with the oldest record: the same as -O beginning')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'End when every partition is read to the end that it has now')
            [CompletionResult]::new('--exit-at-end', '--exit-at-end', [CompletionResultType]::ParameterName, 'End when every partition is read to the end that it has now')
            [CompletionResult]::new('--raw', '--raw', [CompletionResultType]::ParameterName, 'Print strings that --jq yields without quotes')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Print only how many records there are')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;groups' {
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the groups there are')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show groups: offsets and lag, members, or state')
            [CompletionResult]::new('reset-offsets', 'reset-offsets', [CompletionResultType]::ParameterValue, 'Move a group''s offsets: shows the plan, and acts with --execute')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Move a group''s offsets: shows the plan, and acts with --execute')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete groups and their offsets')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;consumer-groups' {
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the groups there are')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show groups: offsets and lag, members, or state')
            [CompletionResult]::new('reset-offsets', 'reset-offsets', [CompletionResultType]::ParameterValue, 'Move a group''s offsets: shows the plan, and acts with --execute')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Move a group''s offsets: shows the plan, and acts with --execute')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete groups and their offsets')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;groups;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;consumer-groups;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;groups;describe' {
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'A group, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'A group, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--all-groups', '--all-groups', [CompletionResultType]::ParameterName, 'Show all groups: what is shown anyway when none is named')
            [CompletionResult]::new('--members', '--members', [CompletionResultType]::ParameterName, 'Show the members and what they are assigned')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Show the state and the coordinator')
            [CompletionResult]::new('--offsets', '--offsets', [CompletionResultType]::ParameterName, 'Show the offsets: what is shown anyway')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;consumer-groups;describe' {
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'A group, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'A group, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--all-groups', '--all-groups', [CompletionResultType]::ParameterName, 'Show all groups: what is shown anyway when none is named')
            [CompletionResult]::new('--members', '--members', [CompletionResultType]::ParameterName, 'Show the members and what they are assigned')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Show the state and the coordinator')
            [CompletionResult]::new('--offsets', '--offsets', [CompletionResultType]::ParameterName, 'Show the offsets: what is shown anyway')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;groups;reset-offsets' {
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'The group')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'The group')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'A topic, or some of its partitions; repeatable')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'A topic, or some of its partitions; repeatable')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME')
            [CompletionResult]::new('--to-offset', '--to-offset', [CompletionResultType]::ParameterName, 'To this offset')
            [CompletionResult]::new('--to-datetime', '--to-datetime', [CompletionResultType]::ParameterName, 'To the first record of this time or later; UTC where no zone is written')
            [CompletionResult]::new('--to-date-time', '--to-date-time', [CompletionResultType]::ParameterName, 'To the first record of this time or later; UTC where no zone is written')
            [CompletionResult]::new('--by-duration', '--by-duration', [CompletionResultType]::ParameterName, 'To the first record younger than this: 2h30m, PT2H')
            [CompletionResult]::new('--by-period', '--by-period', [CompletionResultType]::ParameterName, 'To the first record younger than this: 2h30m, PT2H')
            [CompletionResult]::new('--shift-by', '--shift-by', [CompletionResultType]::ParameterName, 'So many records on, or back when negative')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--execute', '--execute', [CompletionResultType]::ParameterName, 'Move the offsets; without it only the plan is shown')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan only: what happens anyway without --execute')
            [CompletionResult]::new('--all-topics', '--all-topics', [CompletionResultType]::ParameterName, 'Every partition that the group has committed')
            [CompletionResult]::new('--to-earliest', '--to-earliest', [CompletionResultType]::ParameterName, 'To the oldest record that is still there')
            [CompletionResult]::new('--to-latest', '--to-latest', [CompletionResultType]::ParameterName, 'To the end: only what is written from now on')
            [CompletionResult]::new('--to-current', '--to-current', [CompletionResultType]::ParameterName, 'To where it stands: commits what is committed, and the end where nothing is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;groups;reset' {
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'The group')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'The group')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'A topic, or some of its partitions; repeatable')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'A topic, or some of its partitions; repeatable')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME')
            [CompletionResult]::new('--to-offset', '--to-offset', [CompletionResultType]::ParameterName, 'To this offset')
            [CompletionResult]::new('--to-datetime', '--to-datetime', [CompletionResultType]::ParameterName, 'To the first record of this time or later; UTC where no zone is written')
            [CompletionResult]::new('--to-date-time', '--to-date-time', [CompletionResultType]::ParameterName, 'To the first record of this time or later; UTC where no zone is written')
            [CompletionResult]::new('--by-duration', '--by-duration', [CompletionResultType]::ParameterName, 'To the first record younger than this: 2h30m, PT2H')
            [CompletionResult]::new('--by-period', '--by-period', [CompletionResultType]::ParameterName, 'To the first record younger than this: 2h30m, PT2H')
            [CompletionResult]::new('--shift-by', '--shift-by', [CompletionResultType]::ParameterName, 'So many records on, or back when negative')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--execute', '--execute', [CompletionResultType]::ParameterName, 'Move the offsets; without it only the plan is shown')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan only: what happens anyway without --execute')
            [CompletionResult]::new('--all-topics', '--all-topics', [CompletionResultType]::ParameterName, 'Every partition that the group has committed')
            [CompletionResult]::new('--to-earliest', '--to-earliest', [CompletionResultType]::ParameterName, 'To the oldest record that is still there')
            [CompletionResult]::new('--to-latest', '--to-latest', [CompletionResultType]::ParameterName, 'To the end: only what is written from now on')
            [CompletionResult]::new('--to-current', '--to-current', [CompletionResultType]::ParameterName, 'To where it stands: commits what is committed, and the end where nothing is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;consumer-groups;reset-offsets' {
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'The group')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'The group')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'A topic, or some of its partitions; repeatable')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'A topic, or some of its partitions; repeatable')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME')
            [CompletionResult]::new('--to-offset', '--to-offset', [CompletionResultType]::ParameterName, 'To this offset')
            [CompletionResult]::new('--to-datetime', '--to-datetime', [CompletionResultType]::ParameterName, 'To the first record of this time or later; UTC where no zone is written')
            [CompletionResult]::new('--to-date-time', '--to-date-time', [CompletionResultType]::ParameterName, 'To the first record of this time or later; UTC where no zone is written')
            [CompletionResult]::new('--by-duration', '--by-duration', [CompletionResultType]::ParameterName, 'To the first record younger than this: 2h30m, PT2H')
            [CompletionResult]::new('--by-period', '--by-period', [CompletionResultType]::ParameterName, 'To the first record younger than this: 2h30m, PT2H')
            [CompletionResult]::new('--shift-by', '--shift-by', [CompletionResultType]::ParameterName, 'So many records on, or back when negative')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--execute', '--execute', [CompletionResultType]::ParameterName, 'Move the offsets; without it only the plan is shown')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan only: what happens anyway without --execute')
            [CompletionResult]::new('--all-topics', '--all-topics', [CompletionResultType]::ParameterName, 'Every partition that the group has committed')
            [CompletionResult]::new('--to-earliest', '--to-earliest', [CompletionResultType]::ParameterName, 'To the oldest record that is still there')
            [CompletionResult]::new('--to-latest', '--to-latest', [CompletionResultType]::ParameterName, 'To the end: only what is written from now on')
            [CompletionResult]::new('--to-current', '--to-current', [CompletionResultType]::ParameterName, 'To where it stands: commits what is committed, and the end where nothing is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;consumer-groups;reset' {
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'The group')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'The group')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'A topic, or some of its partitions; repeatable')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'A topic, or some of its partitions; repeatable')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME')
            [CompletionResult]::new('--to-offset', '--to-offset', [CompletionResultType]::ParameterName, 'To this offset')
            [CompletionResult]::new('--to-datetime', '--to-datetime', [CompletionResultType]::ParameterName, 'To the first record of this time or later; UTC where no zone is written')
            [CompletionResult]::new('--to-date-time', '--to-date-time', [CompletionResultType]::ParameterName, 'To the first record of this time or later; UTC where no zone is written')
            [CompletionResult]::new('--by-duration', '--by-duration', [CompletionResultType]::ParameterName, 'To the first record younger than this: 2h30m, PT2H')
            [CompletionResult]::new('--by-period', '--by-period', [CompletionResultType]::ParameterName, 'To the first record younger than this: 2h30m, PT2H')
            [CompletionResult]::new('--shift-by', '--shift-by', [CompletionResultType]::ParameterName, 'So many records on, or back when negative')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--execute', '--execute', [CompletionResultType]::ParameterName, 'Move the offsets; without it only the plan is shown')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show the plan only: what happens anyway without --execute')
            [CompletionResult]::new('--all-topics', '--all-topics', [CompletionResultType]::ParameterName, 'Every partition that the group has committed')
            [CompletionResult]::new('--to-earliest', '--to-earliest', [CompletionResultType]::ParameterName, 'To the oldest record that is still there')
            [CompletionResult]::new('--to-latest', '--to-latest', [CompletionResultType]::ParameterName, 'To the end: only what is written from now on')
            [CompletionResult]::new('--to-current', '--to-current', [CompletionResultType]::ParameterName, 'To where it stands: commits what is committed, and the end where nothing is')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;groups;delete' {
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'A group, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'A group, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;consumer-groups;delete' {
            [CompletionResult]::new('-g', '-g', [CompletionResultType]::ParameterName, 'A group, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'A group, as Kafka''s own tools name it; repeatable')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;groups;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the groups there are')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show groups: offsets and lag, members, or state')
            [CompletionResult]::new('reset-offsets', 'reset-offsets', [CompletionResultType]::ParameterValue, 'Move a group''s offsets: shows the plan, and acts with --execute')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete groups and their offsets')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;groups;help;list' {
            break
        }
        'rk;groups;help;describe' {
            break
        }
        'rk;groups;help;reset-offsets' {
            break
        }
        'rk;groups;help;delete' {
            break
        }
        'rk;groups;help;help' {
            break
        }
        'rk;consumer-groups;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the groups there are')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show groups: offsets and lag, members, or state')
            [CompletionResult]::new('reset-offsets', 'reset-offsets', [CompletionResultType]::ParameterValue, 'Move a group''s offsets: shows the plan, and acts with --execute')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete groups and their offsets')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;consumer-groups;help;list' {
            break
        }
        'rk;consumer-groups;help;describe' {
            break
        }
        'rk;consumer-groups;help;reset-offsets' {
            break
        }
        'rk;consumer-groups;help;delete' {
            break
        }
        'rk;consumer-groups;help;help' {
            break
        }
        'rk;connect' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run connectors: a standalone worker that takes the files of connect-standalone')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the connectors, each with its state and its tasks'' in one row')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show connectors: settings, states, topics, offsets, and why they failed')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the states of connectors and tasks, and the root of what failed')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Make connectors out of files: properties, a JSON map or a JSON request')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Make connectors be as their files say: create, change, or leave alone')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what `apply` would change')
            [CompletionResult]::new('alter', 'alter', [CompletionResultType]::ParameterValue, 'Set and unset settings of a connector, and leave the others')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete connectors')
            [CompletionResult]::new('pause', 'pause', [CompletionResultType]::ParameterValue, 'Pause connectors: their tasks stay, and do nothing')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Resume connectors that are paused or stopped')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'Stop connectors: their tasks go, and offsets can be changed')
            [CompletionResult]::new('restart', 'restart', [CompletionResultType]::ParameterValue, 'Restart connectors; with --tasks their tasks too, with --failed only what has failed')
            [CompletionResult]::new('tasks', 'tasks', [CompletionResultType]::ParameterValue, 'Show the tasks of connectors, with their states or their settings')
            [CompletionResult]::new('topics', 'topics', [CompletionResultType]::ParameterValue, 'Show the topics that connectors have used')
            [CompletionResult]::new('offsets', 'offsets', [CompletionResultType]::ParameterValue, 'Show and change how far connectors are')
            [CompletionResult]::new('plugins', 'plugins', [CompletionResultType]::ParameterValue, 'List the plugins of the workers, or the settings of one')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check configurations, and change nothing')
            [CompletionResult]::new('loggers', 'loggers', [CompletionResultType]::ParameterValue, 'Show and set how much the workers log')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Follow states: a line for each change')
            [CompletionResult]::new('info', 'info', [CompletionResultType]::ParameterValue, 'Show a worker''s version, cluster and health')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;connect;run' {
            [CompletionResult]::new('--rest', '--rest', [CompletionResultType]::ParameterName, 'Serve the REST interface here; else where the worker''s file says `listeners`')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--brokers', '--brokers', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('--bootstrap-server', '--bootstrap-server', [CompletionResultType]::ParameterName, 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-property', '--command-property', [CompletionResultType]::ParameterName, 'Set a client property, in librdkafka''s or Java''s spelling; repeatable')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read client properties from a Java .properties file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--once', '--once', [CompletionResultType]::ParameterName, 'End when everything that is there now has been dealt with')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--fail-on-failed', '--fail-on-failed', [CompletionResultType]::ParameterName, 'End with exit code 5 if a connector or a task has failed')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;describe' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and other secrets as they are')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;status' {
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Show only this task of one connector')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--fail-on-failed', '--fail-on-failed', [CompletionResultType]::ParameterName, 'End with exit code 5 if a connector or a task has failed')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;create' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'The name of the connector, for a file that has none')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a setting, over what the file says; repeatable')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state to make it in; else what the file says, else running')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait at most')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until it is so, or has failed')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;apply' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'The name of the connector, for a file that has none')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a setting, over what the file says; repeatable')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'The state of connectors that are made; else what the file says, else running')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait at most')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would change, and change nothing')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until it is so, or has failed')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;diff' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'The name of the connector, for a file that has none')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a setting, over what the file says; repeatable')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;alter' {
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a setting; repeatable')
            [CompletionResult]::new('--unset', '--unset', [CompletionResultType]::ParameterName, 'Take a setting away; repeatable')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait at most')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until it is so, or has failed')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;delete' {
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Delete without asking')
            [CompletionResult]::new('--if-exists', '--if-exists', [CompletionResultType]::ParameterName, 'Do not fail for connectors that are not there')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;pause' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait at most')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All connectors')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until it is so, or has failed')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;resume' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait at most')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All connectors')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until it is so, or has failed')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;stop' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait at most')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All connectors')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until it is so, or has failed')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;restart' {
            [CompletionResult]::new('--task', '--task', [CompletionResultType]::ParameterName, 'Restart this one task, whatever its state; repeatable')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait at most')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All connectors')
            [CompletionResult]::new('--tasks', '--tasks', [CompletionResultType]::ParameterName, 'Restart the tasks too')
            [CompletionResult]::new('--failed', '--failed', [CompletionResultType]::ParameterName, 'Restart only what has failed')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until it is so, or has failed')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;tasks' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--configs', '--configs', [CompletionResultType]::ParameterName, 'Show what each task is told to do, and not its state')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Show passwords and other secrets as they are')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;topics' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--reset', '--reset', [CompletionResultType]::ParameterName, 'Forget the topics, so that only those are shown that are used from now on')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;offsets' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Show how far connectors are')
            [CompletionResult]::new('alter', 'alter', [CompletionResultType]::ParameterValue, 'Move a connector to other offsets')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Make connectors begin anew')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;connect;offsets;get' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;offsets;alter' {
            [CompletionResult]::new('--partition', '--partition', [CompletionResultType]::ParameterName, 'The partition of a source, as JSON')
            [CompletionResult]::new('--topic', '--topic', [CompletionResultType]::ParameterName, 'An offset of a sink: `orders:0=100`, or `orders:0=` to forget it; repeatable')
            [CompletionResult]::new('--offset', '--offset', [CompletionResultType]::ParameterName, 'The offset of --partition, as JSON')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long stopping may take')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--stop-first', '--stop-first', [CompletionResultType]::ParameterName, 'Stop the connector first, which offsets cannot be changed without')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Resume it afterwards')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;offsets;reset' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long stopping may take')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Reset without asking')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Reset without asking')
            [CompletionResult]::new('--stop-first', '--stop-first', [CompletionResultType]::ParameterName, 'Stop the connector first, which offsets cannot be changed without')
            [CompletionResult]::new('--resume', '--resume', [CompletionResultType]::ParameterName, 'Resume it afterwards')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;offsets;help' {
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Show how far connectors are')
            [CompletionResult]::new('alter', 'alter', [CompletionResultType]::ParameterValue, 'Move a connector to other offsets')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Make connectors begin anew')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;connect;offsets;help;get' {
            break
        }
        'rk;connect;offsets;help;alter' {
            break
        }
        'rk;connect;offsets;help;reset' {
            break
        }
        'rk;connect;offsets;help;help' {
            break
        }
        'rk;connect;plugins' {
            [CompletionResult]::new('--plugin-version', '--plugin-version', [CompletionResultType]::ParameterName, 'The version of the plugin, where the worker has several')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'List converters, transforms and predicates too')
            [CompletionResult]::new('--local', '--local', [CompletionResultType]::ParameterName, 'Show what `rk connect run` has inside, with every setting; no worker is asked')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;validate' {
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'The name of the connector, for a file that has none')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set a setting, over what the file says; repeatable')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show all settings with their values, and not only those with a problem')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;loggers' {
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Set the level of these loggers and of those below them: trace, debug, info, warn, error')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--cluster', '--cluster', [CompletionResultType]::ParameterName, 'Set it on all workers, and not only on the one that is asked')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;watch' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'End after this time')
            [CompletionResult]::new('--interval', '--interval', [CompletionResultType]::ParameterName, 'How often to look')
            [CompletionResult]::new('--max-restarts', '--max-restarts', [CompletionResultType]::ParameterName, 'How often each connector is restarted in an hour at most')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--fail-on-failed', '--fail-on-failed', [CompletionResultType]::ParameterName, 'End with exit code 5 when a connector or a task has failed')
            [CompletionResult]::new('--restart-failed', '--restart-failed', [CompletionResultType]::ParameterName, 'Restart what fails')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;info' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print: table, json, ndjson, csv, tsv or plain')
            [CompletionResult]::new('--connect', '--connect', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--connect-url', '--connect-url', [CompletionResultType]::ParameterName, 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Log in with a name and a password; else RK_CONNECT_USER')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Log in with a bearer token; else RK_CONNECT_TOKEN')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'Trust the authorities in this PEM file, and not the system''s')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Show this certificate (PEM)')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'The key of --cert (PEM)')
            [CompletionResult]::new('--command-config', '--command-config', [CompletionResultType]::ParameterName, 'Read `connect.url` and other settings from a .properties file')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'How long an answer may take')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Do not look who the workers are: whoever is between can read and change everything')
            [CompletionResult]::new('--no-retry', '--no-retry', [CompletionResultType]::ParameterName, 'Do not wait for a rebalance to be over, but fail')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;connect;help' {
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run connectors: a standalone worker that takes the files of connect-standalone')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the connectors, each with its state and its tasks'' in one row')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show connectors: settings, states, topics, offsets, and why they failed')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the states of connectors and tasks, and the root of what failed')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Make connectors out of files: properties, a JSON map or a JSON request')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Make connectors be as their files say: create, change, or leave alone')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what `apply` would change')
            [CompletionResult]::new('alter', 'alter', [CompletionResultType]::ParameterValue, 'Set and unset settings of a connector, and leave the others')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete connectors')
            [CompletionResult]::new('pause', 'pause', [CompletionResultType]::ParameterValue, 'Pause connectors: their tasks stay, and do nothing')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Resume connectors that are paused or stopped')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'Stop connectors: their tasks go, and offsets can be changed')
            [CompletionResult]::new('restart', 'restart', [CompletionResultType]::ParameterValue, 'Restart connectors; with --tasks their tasks too, with --failed only what has failed')
            [CompletionResult]::new('tasks', 'tasks', [CompletionResultType]::ParameterValue, 'Show the tasks of connectors, with their states or their settings')
            [CompletionResult]::new('topics', 'topics', [CompletionResultType]::ParameterValue, 'Show the topics that connectors have used')
            [CompletionResult]::new('offsets', 'offsets', [CompletionResultType]::ParameterValue, 'Show and change how far connectors are')
            [CompletionResult]::new('plugins', 'plugins', [CompletionResultType]::ParameterValue, 'List the plugins of the workers, or the settings of one')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check configurations, and change nothing')
            [CompletionResult]::new('loggers', 'loggers', [CompletionResultType]::ParameterValue, 'Show and set how much the workers log')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Follow states: a line for each change')
            [CompletionResult]::new('info', 'info', [CompletionResultType]::ParameterValue, 'Show a worker''s version, cluster and health')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;connect;help;run' {
            break
        }
        'rk;connect;help;list' {
            break
        }
        'rk;connect;help;describe' {
            break
        }
        'rk;connect;help;status' {
            break
        }
        'rk;connect;help;create' {
            break
        }
        'rk;connect;help;apply' {
            break
        }
        'rk;connect;help;diff' {
            break
        }
        'rk;connect;help;alter' {
            break
        }
        'rk;connect;help;delete' {
            break
        }
        'rk;connect;help;pause' {
            break
        }
        'rk;connect;help;resume' {
            break
        }
        'rk;connect;help;stop' {
            break
        }
        'rk;connect;help;restart' {
            break
        }
        'rk;connect;help;tasks' {
            break
        }
        'rk;connect;help;topics' {
            break
        }
        'rk;connect;help;offsets' {
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Show how far connectors are')
            [CompletionResult]::new('alter', 'alter', [CompletionResultType]::ParameterValue, 'Move a connector to other offsets')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Make connectors begin anew')
            break
        }
        'rk;connect;help;offsets;get' {
            break
        }
        'rk;connect;help;offsets;alter' {
            break
        }
        'rk;connect;help;offsets;reset' {
            break
        }
        'rk;connect;help;plugins' {
            break
        }
        'rk;connect;help;validate' {
            break
        }
        'rk;connect;help;loggers' {
            break
        }
        'rk;connect;help;watch' {
            break
        }
        'rk;connect;help;info' {
            break
        }
        'rk;connect;help;help' {
            break
        }
        'rk;dev' {
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Where to listen; port 0 takes a free one [default: 127.0.0.1:9092, with COMMAND port 0]')
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Where to listen; port 0 takes a free one [default: 127.0.0.1:9092, with COMMAND port 0]')
            [CompletionResult]::new('--listener', '--listener', [CompletionResultType]::ParameterName, 'Listen also, or only, as here: [NAME=]PROTOCOL with port=, host=, advertised=HOST:PORT, keystore=FILE, ca=FILE, client-auth=required, mechanisms=A+B; repeatable')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Let somebody log in, by PLAIN and by SCRAM; repeatable')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Where to keep the data, as Kafka keeps it [default: a private directory, removed at exit]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Where to keep the data, as Kafka keeps it [default: a private directory, removed at exit]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'How many partitions a topic gets that is created without a number')
            [CompletionResult]::new('--partitions', '--partitions', [CompletionResultType]::ParameterName, 'How many partitions a topic gets that is created without a number')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Set a config of the broker; repeatable')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Set a config of the broker; repeatable')
            [CompletionResult]::new('--ready-file', '--ready-file', [CompletionResultType]::ParameterName, 'Write the address into this file when the broker answers')
            [CompletionResult]::new('--cluster-id', '--cluster-id', [CompletionResultType]::ParameterName, 'The cluster''s id [default: the data directory''s, or a random one]')
            [CompletionResult]::new('--node-id', '--node-id', [CompletionResultType]::ParameterName, 'The broker''s id [default: the data directory''s, or 1]')
            [CompletionResult]::new('--as-version', '--as-version', [CompletionResultType]::ParameterName, 'Offer what this older Kafka offered: its requests, their versions and its features')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--fsync', '--fsync', [CompletionResultType]::ParameterName, 'Acknowledge what is on disk only, so that it survives a power cut as well')
            [CompletionResult]::new('--no-auto-create', '--no-auto-create', [CompletionResultType]::ParameterName, 'Do not create a topic only because somebody asks for it')
            [CompletionResult]::new('--lenient-rf', '--lenient-rf', [CompletionResultType]::ParameterName, 'Accept replication factors above 1; one replica is stored, and told, all the same')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write all pages into this directory')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say less: no notes, no progress')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more; twice for even more')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'rk;help' {
            [CompletionResult]::new('topics', 'topics', [CompletionResultType]::ParameterValue, 'Create, list, describe, alter and delete topics')
            [CompletionResult]::new('produce', 'produce', [CompletionResultType]::ParameterValue, 'Send records: lines, JSON, CSV and more, from standard input or files')
            [CompletionResult]::new('consume', 'consume', [CompletionResultType]::ParameterValue, 'Print records')
            [CompletionResult]::new('groups', 'groups', [CompletionResultType]::ParameterValue, 'List, describe, reset and delete consumer groups')
            [CompletionResult]::new('connect', 'connect', [CompletionResultType]::ParameterValue, 'Run connectors, and manage those of a Kafka Connect cluster')
            [CompletionResult]::new('dev', 'dev', [CompletionResultType]::ParameterValue, 'Run a broker for development and tests')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a manual page, or write them all')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'rk;help;topics' {
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Create topics')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the topics there are')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show topics: settings, partitions, offsets and sizes')
            [CompletionResult]::new('alter', 'alter', [CompletionResultType]::ParameterValue, 'Add partitions, set and unset configs')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete topics and all their records')
            [CompletionResult]::new('copy', 'copy', [CompletionResultType]::ParameterValue, 'Copy a topic''s records and configs to another topic, or to another cluster')
            [CompletionResult]::new('archive', 'archive', [CompletionResultType]::ParameterValue, 'Write a topic''s records, partitions and configs into one file')
            [CompletionResult]::new('restore', 'restore', [CompletionResultType]::ParameterValue, 'Make a topic out of such a file')
            break
        }
        'rk;help;topics;create' {
            break
        }
        'rk;help;topics;list' {
            break
        }
        'rk;help;topics;describe' {
            break
        }
        'rk;help;topics;alter' {
            break
        }
        'rk;help;topics;delete' {
            break
        }
        'rk;help;topics;copy' {
            break
        }
        'rk;help;topics;archive' {
            break
        }
        'rk;help;topics;restore' {
            break
        }
        'rk;help;produce' {
            break
        }
        'rk;help;consume' {
            break
        }
        'rk;help;groups' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the groups there are')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show groups: offsets and lag, members, or state')
            [CompletionResult]::new('reset-offsets', 'reset-offsets', [CompletionResultType]::ParameterValue, 'Move a group''s offsets: shows the plan, and acts with --execute')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete groups and their offsets')
            break
        }
        'rk;help;groups;list' {
            break
        }
        'rk;help;groups;describe' {
            break
        }
        'rk;help;groups;reset-offsets' {
            break
        }
        'rk;help;groups;delete' {
            break
        }
        'rk;help;connect' {
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run connectors: a standalone worker that takes the files of connect-standalone')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the connectors, each with its state and its tasks'' in one row')
            [CompletionResult]::new('describe', 'describe', [CompletionResultType]::ParameterValue, 'Show connectors: settings, states, topics, offsets, and why they failed')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the states of connectors and tasks, and the root of what failed')
            [CompletionResult]::new('create', 'create', [CompletionResultType]::ParameterValue, 'Make connectors out of files: properties, a JSON map or a JSON request')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Make connectors be as their files say: create, change, or leave alone')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Show what `apply` would change')
            [CompletionResult]::new('alter', 'alter', [CompletionResultType]::ParameterValue, 'Set and unset settings of a connector, and leave the others')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete connectors')
            [CompletionResult]::new('pause', 'pause', [CompletionResultType]::ParameterValue, 'Pause connectors: their tasks stay, and do nothing')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Resume connectors that are paused or stopped')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'Stop connectors: their tasks go, and offsets can be changed')
            [CompletionResult]::new('restart', 'restart', [CompletionResultType]::ParameterValue, 'Restart connectors; with --tasks their tasks too, with --failed only what has failed')
            [CompletionResult]::new('tasks', 'tasks', [CompletionResultType]::ParameterValue, 'Show the tasks of connectors, with their states or their settings')
            [CompletionResult]::new('topics', 'topics', [CompletionResultType]::ParameterValue, 'Show the topics that connectors have used')
            [CompletionResult]::new('offsets', 'offsets', [CompletionResultType]::ParameterValue, 'Show and change how far connectors are')
            [CompletionResult]::new('plugins', 'plugins', [CompletionResultType]::ParameterValue, 'List the plugins of the workers, or the settings of one')
            [CompletionResult]::new('validate', 'validate', [CompletionResultType]::ParameterValue, 'Check configurations, and change nothing')
            [CompletionResult]::new('loggers', 'loggers', [CompletionResultType]::ParameterValue, 'Show and set how much the workers log')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Follow states: a line for each change')
            [CompletionResult]::new('info', 'info', [CompletionResultType]::ParameterValue, 'Show a worker''s version, cluster and health')
            break
        }
        'rk;help;connect;run' {
            break
        }
        'rk;help;connect;list' {
            break
        }
        'rk;help;connect;describe' {
            break
        }
        'rk;help;connect;status' {
            break
        }
        'rk;help;connect;create' {
            break
        }
        'rk;help;connect;apply' {
            break
        }
        'rk;help;connect;diff' {
            break
        }
        'rk;help;connect;alter' {
            break
        }
        'rk;help;connect;delete' {
            break
        }
        'rk;help;connect;pause' {
            break
        }
        'rk;help;connect;resume' {
            break
        }
        'rk;help;connect;stop' {
            break
        }
        'rk;help;connect;restart' {
            break
        }
        'rk;help;connect;tasks' {
            break
        }
        'rk;help;connect;topics' {
            break
        }
        'rk;help;connect;offsets' {
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Show how far connectors are')
            [CompletionResult]::new('alter', 'alter', [CompletionResultType]::ParameterValue, 'Move a connector to other offsets')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Make connectors begin anew')
            break
        }
        'rk;help;connect;offsets;get' {
            break
        }
        'rk;help;connect;offsets;alter' {
            break
        }
        'rk;help;connect;offsets;reset' {
            break
        }
        'rk;help;connect;plugins' {
            break
        }
        'rk;help;connect;validate' {
            break
        }
        'rk;help;connect;loggers' {
            break
        }
        'rk;help;connect;watch' {
            break
        }
        'rk;help;connect;info' {
            break
        }
        'rk;help;dev' {
            break
        }
        'rk;help;completions' {
            break
        }
        'rk;help;man' {
            break
        }
        'rk;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
