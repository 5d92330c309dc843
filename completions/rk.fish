# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_rk_global_optspecs
    string join \n q/quiet v/verbose color= h/help V/version
end

function __fish_rk_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_rk_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_rk_using_subcommand
    set -l cmd (__fish_rk_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c rk -n "__fish_rk_needs_command" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_needs_command" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_needs_command" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_needs_command" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_needs_command" -s V -l version -d 'Print version'
complete -c rk -n "__fish_rk_needs_command" -f -a "topics" -d 'Create, list, describe, alter and delete topics'
complete -c rk -n "__fish_rk_needs_command" -f -a "produce" -d 'Send records: lines, JSON, CSV and more, from standard input or files'
complete -c rk -n "__fish_rk_needs_command" -f -a "consume" -d 'Print records'
complete -c rk -n "__fish_rk_needs_command" -f -a "groups" -d 'List, describe, reset and delete consumer groups'
complete -c rk -n "__fish_rk_needs_command" -f -a "consumer-groups" -d 'List, describe, reset and delete consumer groups'
complete -c rk -n "__fish_rk_needs_command" -f -a "connect" -d 'Run connectors, and manage those of a Kafka Connect cluster'
complete -c rk -n "__fish_rk_needs_command" -f -a "dev" -d 'Run a broker for development and tests'
complete -c rk -n "__fish_rk_needs_command" -f -a "completions" -d 'Print the completions for a shell'
complete -c rk -n "__fish_rk_needs_command" -f -a "man" -d 'Print a manual page, or write them all'
complete -c rk -n "__fish_rk_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -f -a "create" -d 'Create topics'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -f -a "list" -d 'List the topics there are'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -f -a "describe" -d 'Show topics: settings, partitions, offsets and sizes'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -f -a "alter" -d 'Add partitions, set and unset configs'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -f -a "delete" -d 'Delete topics and all their records'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -f -a "copy" -d 'Copy a topic\'s records and configs to another topic, or to another cluster'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -f -a "archive" -d 'Write a topic\'s records, partitions and configs into one file'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -f -a "restore" -d 'Make a topic out of such a file'
complete -c rk -n "__fish_rk_using_subcommand topics; and not __fish_seen_subcommand_from create list describe alter delete copy archive restore help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -s t -l topic -d 'A topic, as Kafka\'s own tools name it; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -l partitions -d 'How many partitions; the broker\'s default when not given' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -l replication-factor -d 'How many copies of each partition; the broker\'s default when not given' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -l config -d 'Set a config of the topic; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -l if-not-exists -d 'Leave a topic that is already there as it is'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from list" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from list" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from list" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from list" -l internal -d 'Also list Kafka\'s own topics, as __consumer_offsets'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from describe" -s t -l topic -d 'A topic, as Kafka\'s own tools name it; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from describe" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from describe" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from describe" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from describe" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from describe" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from describe" -l regex -d 'Take the names as patterns (regular expressions) that match whole names'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from describe" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from describe" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -s t -l topic -d 'A topic, as Kafka\'s own tools name it; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -l partitions -d 'How many partitions there shall be: more than now' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -l config -d 'Set a config of the topic; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -l delete-config -d 'Set a config back to its default; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -l regex -d 'Take the names as patterns (regular expressions) that match whole names'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from alter" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from delete" -s t -l topic -d 'A topic, as Kafka\'s own tools name it; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from delete" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from delete" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from delete" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from delete" -l regex -d 'Take the names as patterns (regular expressions) that match whole names'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Delete without asking'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -l to-brokers -d 'Brokers of the cluster to copy to; without it, the same cluster' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -l to-property -d 'Set a client property for that cluster; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -l to-config -d 'Read client properties for that cluster from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -l replication-factor -d 'How many copies of each partition; the broker\'s default when not given' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -l resume -d 'Go on with an earlier run that did not come to its end'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from copy" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from archive" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from archive" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from archive" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from archive" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from archive" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from archive" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from archive" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from restore" -l replication-factor -d 'How many copies of each partition; the broker\'s default when not given' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from restore" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from restore" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from restore" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from restore" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from restore" -l resume -d 'Go on with an earlier run that did not come to its end'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from restore" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from restore" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "create" -d 'Create topics'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the topics there are'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show topics: settings, partitions, offsets and sizes'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "alter" -d 'Add partitions, set and unset configs'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete topics and all their records'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "copy" -d 'Copy a topic\'s records and configs to another topic, or to another cluster'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "archive" -d 'Write a topic\'s records, partitions and configs into one file'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "restore" -d 'Make a topic out of such a file'
complete -c rk -n "__fish_rk_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rk -n "__fish_rk_using_subcommand produce" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand produce" -s t -l topic -d 'The topic, as Kafka\'s own tools name it' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l input -d 'What the input is: lines, json, csv, tsv (with a row of names), or file: each a record' -r -f -a "lines\t''
json\t''
csv\t''
tsv\t''
file\t'Each file is a record'"
complete -c rk -n "__fish_rk_using_subcommand produce" -s f -l format -d 'Read records by this format string, as rk consume -f prints them' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -s D -l delimiter -d 'What ends a line, instead of a newline; of any length, \\t, \\0 and \\xHH are understood' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l key-column -d 'The column of a CSV whose text is the key' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l generate -d 'Invent records by this template instead of reading any' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l seed -d 'What invented records begin with: the same seed gives the same records' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -s n -l count -d 'End after so many records' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l rate -d 'Send so many records a second at most' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l key-format -d 'What keys are: string, json, hex, base64, int, long, ..., msgpack, pack:FMT; see below' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l value-format -d 'What values are' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l header-format -d 'What the values of headers are' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l registry -d 'A Schema Registry, or several that are the same; else RK_REGISTRY, schema.registry.url' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l key-schema -d 'The schema of keys; further files hold what it refers to' -r -F
complete -c rk -n "__fish_rk_using_subcommand produce" -l value-schema -l schema -d 'The schema of values: .avsc, .proto, a descriptor set, or .json' -r -F
complete -c rk -n "__fish_rk_using_subcommand produce" -l key-message -d 'Which message of a Protobuf file keys are [default: the first]' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l value-message -l message -d 'Which message of a Protobuf file values are [default: the first]' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l import-path -d 'Where imports of a Protobuf file are, besides its own folder; repeatable' -r -F
complete -c rk -n "__fish_rk_using_subcommand produce" -l schema-id-in -d 'Where records name their schema: prefix, header, or none' -r -f -a "prefix\t'Before the payload: a zero and four bytes'
header\t'In a header: a GUID'
none\t'Nowhere'"
complete -c rk -n "__fish_rk_using_subcommand produce" -l subject-name -d 'What subjects are named after: topic, record, or topic-record' -r -f -a "topic\t''
record\t''
topic-record\t''"
complete -c rk -n "__fish_rk_using_subcommand produce" -l key-schema-id -d 'Write keys by the schema with this id; with --key-schema, by the file and under this id' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l value-schema-id -d 'Write values by the schema with this id; with --value-schema, by the file' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -s K -l key-separator -d 'Split each line into key and value at the first SEP; \\t, \\n and \\xHH are understood' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l property -l reader-property -d 'parse.key, parse.headers, null.marker, ... as in kafka-console-producer; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l no-separator -d 'What a line without the separator is: error, or value (without a key)' -r -f -a "error\t'An error that names the line'
value\t'A value; the key is null'"
complete -c rk -n "__fish_rk_using_subcommand produce" -l key -d 'The key of every record that has none of its own' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -s H -l header -d 'A header of every record: name=value, or only name for null; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -s p -l partition -d 'The partition of every record; without it the key decides, as in Java' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l timestamp -d 'The timestamp of every record; without it the time of sending' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l null-marker -d 'The text that stands for null, as key or as value' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -s z -l compression -d 'How to compress batches' -r -f -a "none\t''
gzip\t''
snappy\t''
lz4\t''
zstd\t''"
complete -c rk -n "__fish_rk_using_subcommand produce" -l acks -d 'Who must have a record before it counts as delivered: 0 nobody, 1 the leader, all' -r -f -a "0\t''
1\t''
all\t''"
complete -c rk -n "__fish_rk_using_subcommand produce" -l partitioner -d 'Who chooses partitions: murmur2_random (as in Java, which it is without this word), murmur2, consistent, consistent_random, fnv1a, fnv1a_random, random, round-robin or sticky' -r -f -a "murmur2_random\t''
murmur2\t''
consistent\t''
consistent_random\t''
fnv1a\t''
fnv1a_random\t''
random\t''
round-robin\t''
sticky\t''"
complete -c rk -n "__fish_rk_using_subcommand produce" -l transactional-id -d 'Send in transactions under this id: one for the run; Ctrl-C aborts it' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l transaction-per -d 'One transaction for: the run, each file, or so many records' -r
complete -c rk -n "__fish_rk_using_subcommand produce" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand produce" -l no-register -d 'Never register a schema: it must be in its subject'
complete -c rk -n "__fish_rk_using_subcommand produce" -l latest-schema -d 'Write by the latest version of the subject, whatever the file says'
complete -c rk -n "__fish_rk_using_subcommand produce" -l keep-partition -d 'Send each record to the partition that JSON or %p of the format names'
complete -c rk -n "__fish_rk_using_subcommand produce" -l keep-timestamp -d 'Give each record the timestamp that JSON or %d of the format names'
complete -c rk -n "__fish_rk_using_subcommand produce" -l idempotent -d 'Have the broker drop repetitions of what a retry sends twice'
complete -c rk -n "__fish_rk_using_subcommand produce" -l dry-run -d 'Print what would be sent, as JSON, and send nothing'
complete -c rk -n "__fish_rk_using_subcommand produce" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand produce" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand produce" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand consume" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand consume" -s t -l topic -d 'A topic, as Kafka\'s own tools name it; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -s O -l offset -d 'Where to begin, or from where to where: see below' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l until -d 'Where to end: before this position' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -s p -l partition -d 'Read only this partition; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -s n -l max-records -d 'End after so many records' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l per-partition -d 'Print no more than so many records of each partition' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l timeout -d 'End when no record came for so long: 500ms, 10s' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l isolation -d 'Which records of transactions to read: committed, or all (uncommitted)' -r -f -a "committed\t''
uncommitted\t''"
complete -c rk -n "__fish_rk_using_subcommand consume" -l grep -d 'Only records with a match of this regular expression; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l where -d 'Only records within: partition=0,2 offset=5:10 time=@-1h:@-30m, ! in front for the rest' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l jq -d 'Take values as JSON through this jq expression; repeatable, one after the other' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l sort -d 'Print in this order: time merges partitions by timestamp; only where the run ends' -r -f -a "time\t'By timestamp across partitions; in each, by offset as ever'"
complete -c rk -n "__fish_rk_using_subcommand consume" -l count-by -d 'Print how many records there are for each result of this jq expression' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -s g -l group -d 'Join this consumer group, and commit what was printed' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l group-protocol -d 'Which rebalance protocol to speak: classic or consumer (KIP-848)' -r -f -a "classic\t''
consumer\t''"
complete -c rk -n "__fish_rk_using_subcommand consume" -l group-instance-id -d 'Be a static member of this name: the partitions wait for it to come back' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l commit -d 'When to commit what was printed: after-print (every few seconds), on-exit or never' -r -f -a "after-print\t'Every few seconds, and at the end'
on-exit\t'At the end, and when partitions are taken away'
never\t''"
complete -c rk -n "__fish_rk_using_subcommand consume" -s f -l format -d 'How to print a record [default: the value and a newline]' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -s o -l output -d 'How to print instead: json, which is an object a line with nothing lost' -r -f -a "json\t'A JSON object a line, lossless'"
complete -c rk -n "__fish_rk_using_subcommand consume" -l key-format -d 'What keys are: string, json, hex, base64, int, long, ..., msgpack, pack:FMT; see below' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l value-format -d 'What values are' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l header-format -d 'What the values of headers are' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l registry -d 'A Schema Registry, or several that are the same; else RK_REGISTRY, schema.registry.url' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l key-schema -d 'The schema of keys; further files hold what it refers to' -r -F
complete -c rk -n "__fish_rk_using_subcommand consume" -l value-schema -l schema -d 'The schema of values: .avsc, .proto, a descriptor set, or .json' -r -F
complete -c rk -n "__fish_rk_using_subcommand consume" -l key-message -d 'Which message of a Protobuf file keys are [default: the first]' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l value-message -l message -d 'Which message of a Protobuf file values are [default: the first]' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l import-path -d 'Where imports of a Protobuf file are, besides its own folder; repeatable' -r -F
complete -c rk -n "__fish_rk_using_subcommand consume" -l schema-id-in -d 'Where records name their schema: prefix, header, or none' -r -f -a "prefix\t'Before the payload: a zero and four bytes'
header\t'In a header: a GUID'
none\t'Nowhere'"
complete -c rk -n "__fish_rk_using_subcommand consume" -l decode -d 'Recognise what keys, values and headers are, and say so: auto' -r -f -a "auto\t'By what it looks like'"
complete -c rk -n "__fish_rk_using_subcommand consume" -l null-marker -d 'What a format string prints for null; nothing, if not said' -r
complete -c rk -n "__fish_rk_using_subcommand consume" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand consume" -l regex -d 'Take the names as patterns (regular expressions) that match whole names'
complete -c rk -n "__fish_rk_using_subcommand consume" -l from-beginning -d 'Begin with the oldest record: the same as -O beginning'
complete -c rk -n "__fish_rk_using_subcommand consume" -s e -l exit-at-end -d 'End when every partition is read to the end that it has now'
complete -c rk -n "__fish_rk_using_subcommand consume" -l raw -d 'Print strings that --jq yields without quotes'
complete -c rk -n "__fish_rk_using_subcommand consume" -l count -d 'Print only how many records there are'
complete -c rk -n "__fish_rk_using_subcommand consume" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand consume" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand consume" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "list" -d 'List the groups there are'
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "describe" -d 'Show groups: offsets and lag, members, or state'
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "reset-offsets" -d 'Move a group\'s offsets: shows the plan, and acts with --execute'
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "reset" -d 'Move a group\'s offsets: shows the plan, and acts with --execute'
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "delete" -d 'Delete groups and their offsets'
complete -c rk -n "__fish_rk_using_subcommand groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from list" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from list" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from list" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -s g -l group -d 'A group, as Kafka\'s own tools name it; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -l all-groups -d 'Show all groups: what is shown anyway when none is named'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -l members -d 'Show the members and what they are assigned'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -l state -d 'Show the state and the coordinator'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -l offsets -d 'Show the offsets: what is shown anyway'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -s g -l group -d 'The group' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -s t -l topic -d 'A topic, or some of its partitions; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l to -d 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l to-offset -d 'To this offset' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l to-datetime -l to-date-time -d 'To the first record of this time or later; UTC where no zone is written' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l by-duration -l by-period -d 'To the first record younger than this: 2h30m, PT2H' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l shift-by -d 'So many records on, or back when negative' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l execute -d 'Move the offsets; without it only the plan is shown'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l dry-run -d 'Show the plan only: what happens anyway without --execute'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l all-topics -d 'Every partition that the group has committed'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l to-earliest -d 'To the oldest record that is still there'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l to-latest -d 'To the end: only what is written from now on'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -l to-current -d 'To where it stands: commits what is committed, and the end where nothing is'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset-offsets" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -s g -l group -d 'The group' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -s t -l topic -d 'A topic, or some of its partitions; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l to -d 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l to-offset -d 'To this offset' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l to-datetime -l to-date-time -d 'To the first record of this time or later; UTC where no zone is written' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l by-duration -l by-period -d 'To the first record younger than this: 2h30m, PT2H' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l shift-by -d 'So many records on, or back when negative' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l execute -d 'Move the offsets; without it only the plan is shown'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l dry-run -d 'Show the plan only: what happens anyway without --execute'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l all-topics -d 'Every partition that the group has committed'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l to-earliest -d 'To the oldest record that is still there'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l to-latest -d 'To the end: only what is written from now on'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -l to-current -d 'To where it stands: commits what is committed, and the end where nothing is'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from delete" -s g -l group -d 'A group, as Kafka\'s own tools name it; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from delete" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from delete" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from delete" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Delete without asking'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the groups there are'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show groups: offsets and lag, members, or state'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "reset-offsets" -d 'Move a group\'s offsets: shows the plan, and acts with --execute'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete groups and their offsets'
complete -c rk -n "__fish_rk_using_subcommand groups; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "list" -d 'List the groups there are'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "describe" -d 'Show groups: offsets and lag, members, or state'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "reset-offsets" -d 'Move a group\'s offsets: shows the plan, and acts with --execute'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "reset" -d 'Move a group\'s offsets: shows the plan, and acts with --execute'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "delete" -d 'Delete groups and their offsets'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and not __fish_seen_subcommand_from list describe reset-offsets reset delete help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from list" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from list" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from list" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -s g -l group -d 'A group, as Kafka\'s own tools name it; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -l all-groups -d 'Show all groups: what is shown anyway when none is named'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -l members -d 'Show the members and what they are assigned'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -l state -d 'Show the state and the coordinator'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -l offsets -d 'Show the offsets: what is shown anyway'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -s g -l group -d 'The group' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -s t -l topic -d 'A topic, or some of its partitions; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l to -d 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l to-offset -d 'To this offset' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l to-datetime -l to-date-time -d 'To the first record of this time or later; UTC where no zone is written' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l by-duration -l by-period -d 'To the first record younger than this: 2h30m, PT2H' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l shift-by -d 'So many records on, or back when negative' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l execute -d 'Move the offsets; without it only the plan is shown'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l dry-run -d 'Show the plan only: what happens anyway without --execute'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l all-topics -d 'Every partition that the group has committed'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l to-earliest -d 'To the oldest record that is still there'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l to-latest -d 'To the end: only what is written from now on'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -l to-current -d 'To where it stands: commits what is committed, and the end where nothing is'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset-offsets" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -s g -l group -d 'The group' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -s t -l topic -d 'A topic, or some of its partitions; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l to -d 'To a position as in `rk consume -O`: beginning, end, 42, -5, +5 or @TIME' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l to-offset -d 'To this offset' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l to-datetime -l to-date-time -d 'To the first record of this time or later; UTC where no zone is written' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l by-duration -l by-period -d 'To the first record younger than this: 2h30m, PT2H' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l shift-by -d 'So many records on, or back when negative' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l execute -d 'Move the offsets; without it only the plan is shown'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l dry-run -d 'Show the plan only: what happens anyway without --execute'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l all-topics -d 'Every partition that the group has committed'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l to-earliest -d 'To the oldest record that is still there'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l to-latest -d 'To the end: only what is written from now on'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -l to-current -d 'To where it stands: commits what is committed, and the end where nothing is'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from delete" -s g -l group -d 'A group, as Kafka\'s own tools name it; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from delete" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from delete" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from delete" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Delete without asking'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the groups there are'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show groups: offsets and lag, members, or state'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from help" -f -a "reset-offsets" -d 'Move a group\'s offsets: shows the plan, and acts with --execute'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete groups and their offsets'
complete -c rk -n "__fish_rk_using_subcommand consumer-groups; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "run" -d 'Run connectors: a standalone worker that takes the files of connect-standalone'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "list" -d 'List the connectors, each with its state and its tasks\' in one row'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "describe" -d 'Show connectors: settings, states, topics, offsets, and why they failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "status" -d 'Show the states of connectors and tasks, and the root of what failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "create" -d 'Make connectors out of files: properties, a JSON map or a JSON request'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "apply" -d 'Make connectors be as their files say: create, change, or leave alone'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "diff" -d 'Show what `apply` would change'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "alter" -d 'Set and unset settings of a connector, and leave the others'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "delete" -d 'Delete connectors'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "pause" -d 'Pause connectors: their tasks stay, and do nothing'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "resume" -d 'Resume connectors that are paused or stopped'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "stop" -d 'Stop connectors: their tasks go, and offsets can be changed'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "restart" -d 'Restart connectors; with --tasks their tasks too, with --failed only what has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "tasks" -d 'Show the tasks of connectors, with their states or their settings'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "topics" -d 'Show the topics that connectors have used'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "offsets" -d 'Show and change how far connectors are'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "plugins" -d 'List the plugins of the workers, or the settings of one'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "validate" -d 'Check configurations, and change nothing'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "loggers" -d 'Show and set how much the workers log'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "watch" -d 'Follow states: a line for each change'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "info" -d 'Show a worker\'s version, cluster and health'
complete -c rk -n "__fish_rk_using_subcommand connect; and not __fish_seen_subcommand_from run list describe status create apply diff alter delete pause resume stop restart tasks topics offsets plugins validate loggers watch info help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from run" -l rest -d 'Serve the REST interface here; else where the worker\'s file says `listeners`' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from run" -s b -l brokers -l bootstrap-server -d 'Brokers to begin with; else RK_BROKERS, BOOTSTRAP_SERVERS, localhost:9092' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from run" -s X -l command-property -d 'Set a client property, in librdkafka\'s or Java\'s spelling; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from run" -l command-config -d 'Read client properties from a Java .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from run" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from run" -l once -d 'End when everything that is there now has been dealt with'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l fail-on-failed -d 'End with exit code 5 if a connector or a task has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l show-secrets -d 'Show passwords and other secrets as they are'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from describe" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l task -d 'Show only this task of one connector' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l fail-on-failed -d 'End with exit code 5 if a connector or a task has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l name -d 'The name of the connector, for a file that has none' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l set -d 'Set a setting, over what the file says; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l state -d 'The state to make it in; else what the file says, else running' -r -f -a "running\t''
paused\t''
stopped\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l timeout -d 'How long to wait at most' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l wait -d 'Wait until it is so, or has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l name -d 'The name of the connector, for a file that has none' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l set -d 'Set a setting, over what the file says; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l state -d 'The state of connectors that are made; else what the file says, else running' -r -f -a "running\t''
paused\t''
stopped\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l timeout -d 'How long to wait at most' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l dry-run -d 'Print what would change, and change nothing'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l wait -d 'Wait until it is so, or has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l name -d 'The name of the connector, for a file that has none' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l set -d 'Set a setting, over what the file says; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l set -d 'Set a setting; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l unset -d 'Take a setting away; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l timeout -d 'How long to wait at most' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l wait -d 'Wait until it is so, or has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from alter" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Delete without asking'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l if-exists -d 'Do not fail for connectors that are not there'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l timeout -d 'How long to wait at most' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l all -d 'All connectors'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l wait -d 'Wait until it is so, or has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l timeout -d 'How long to wait at most' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l all -d 'All connectors'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l wait -d 'Wait until it is so, or has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l timeout -d 'How long to wait at most' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l all -d 'All connectors'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l wait -d 'Wait until it is so, or has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l task -d 'Restart this one task, whatever its state; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l timeout -d 'How long to wait at most' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l all -d 'All connectors'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l tasks -d 'Restart the tasks too'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l failed -d 'Restart only what has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l wait -d 'Wait until it is so, or has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from restart" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l configs -d 'Show what each task is told to do, and not its state'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l show-secrets -d 'Show passwords and other secrets as they are'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from tasks" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l reset -d 'Forget the topics, so that only those are shown that are used from now on'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from topics" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from offsets" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from offsets" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from offsets" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from offsets" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from offsets" -f -a "get" -d 'Show how far connectors are'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from offsets" -f -a "alter" -d 'Move a connector to other offsets'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from offsets" -f -a "reset" -d 'Make connectors begin anew'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from offsets" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l plugin-version -d 'The version of the plugin, where the worker has several' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l all -d 'List converters, transforms and predicates too'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l local -d 'Show what `rk connect run` has inside, with every setting; no worker is asked'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from plugins" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l name -d 'The name of the connector, for a file that has none' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l set -d 'Set a setting, over what the file says; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l all -d 'Show all settings with their values, and not only those with a problem'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l set -d 'Set the level of these loggers and of those below them: trace, debug, info, warn, error' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l cluster -d 'Set it on all workers, and not only on the one that is asked'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from loggers" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l timeout -d 'End after this time' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l interval -d 'How often to look' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l max-restarts -d 'How often each connector is restarted in an hour at most' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l fail-on-failed -d 'End with exit code 5 when a connector or a task has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l restart-failed -d 'Restart what fails'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -s o -l output -d 'How to print: table, json, ndjson, csv, tsv or plain' -r -f -a "table\t''
json\t''
ndjson\t''
csv\t''
tsv\t''
plain\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -l connect -l connect-url -d 'URLs of workers of one cluster; else RK_CONNECT, http://localhost:8083' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -l user -d 'Log in with a name and a password; else RK_CONNECT_USER' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -l token -d 'Log in with a bearer token; else RK_CONNECT_TOKEN' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -l ca -d 'Trust the authorities in this PEM file, and not the system\'s' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -l cert -d 'Show this certificate (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -l key -d 'The key of --cert (PEM)' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -l command-config -d 'Read `connect.url` and other settings from a .properties file' -r -F
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -l request-timeout -d 'How long an answer may take' -r
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -l insecure -d 'Do not look who the workers are: whoever is between can read and change everything'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -l no-retry -d 'Do not wait for a rebalance to be over, but fail'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "run" -d 'Run connectors: a standalone worker that takes the files of connect-standalone'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the connectors, each with its state and its tasks\' in one row'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "describe" -d 'Show connectors: settings, states, topics, offsets, and why they failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show the states of connectors and tasks, and the root of what failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "create" -d 'Make connectors out of files: properties, a JSON map or a JSON request'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "apply" -d 'Make connectors be as their files say: create, change, or leave alone'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Show what `apply` would change'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "alter" -d 'Set and unset settings of a connector, and leave the others'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete connectors'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "pause" -d 'Pause connectors: their tasks stay, and do nothing'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "resume" -d 'Resume connectors that are paused or stopped'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "stop" -d 'Stop connectors: their tasks go, and offsets can be changed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "restart" -d 'Restart connectors; with --tasks their tasks too, with --failed only what has failed'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "tasks" -d 'Show the tasks of connectors, with their states or their settings'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "topics" -d 'Show the topics that connectors have used'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "offsets" -d 'Show and change how far connectors are'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "plugins" -d 'List the plugins of the workers, or the settings of one'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "validate" -d 'Check configurations, and change nothing'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "loggers" -d 'Show and set how much the workers log'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "watch" -d 'Follow states: a line for each change'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "info" -d 'Show a worker\'s version, cluster and health'
complete -c rk -n "__fish_rk_using_subcommand connect; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rk -n "__fish_rk_using_subcommand dev" -s l -l listen -d 'Where to listen; port 0 takes a free one [default: 127.0.0.1:9092, with COMMAND port 0]' -r
complete -c rk -n "__fish_rk_using_subcommand dev" -l listener -d 'Listen also, or only, as here: [NAME=]PROTOCOL with port=, host=, advertised=HOST:PORT, keystore=FILE, ca=FILE, client-auth=required, mechanisms=A+B; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand dev" -l user -d 'Let somebody log in, by PLAIN and by SCRAM; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand dev" -s d -l data-dir -d 'Where to keep the data, as Kafka keeps it [default: a private directory, removed at exit]' -r -F
complete -c rk -n "__fish_rk_using_subcommand dev" -s p -l partitions -d 'How many partitions a topic gets that is created without a number' -r
complete -c rk -n "__fish_rk_using_subcommand dev" -s c -l config -d 'Set a config of the broker; repeatable' -r
complete -c rk -n "__fish_rk_using_subcommand dev" -l ready-file -d 'Write the address into this file when the broker answers' -r -F
complete -c rk -n "__fish_rk_using_subcommand dev" -l cluster-id -d 'The cluster\'s id [default: the data directory\'s, or a random one]' -r
complete -c rk -n "__fish_rk_using_subcommand dev" -l node-id -d 'The broker\'s id [default: the data directory\'s, or 1]' -r
complete -c rk -n "__fish_rk_using_subcommand dev" -l as-version -d 'Offer what this older Kafka offered: its requests, their versions and its features' -r -f -a "2.8\t''
3.9\t''
4.1\t''"
complete -c rk -n "__fish_rk_using_subcommand dev" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand dev" -l fsync -d 'Acknowledge what is on disk only, so that it survives a power cut as well'
complete -c rk -n "__fish_rk_using_subcommand dev" -l no-auto-create -d 'Do not create a topic only because somebody asks for it'
complete -c rk -n "__fish_rk_using_subcommand dev" -l lenient-rf -d 'Accept replication factors above 1; one replica is stored, and told, all the same'
complete -c rk -n "__fish_rk_using_subcommand dev" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand dev" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand dev" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand completions" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand completions" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand completions" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand completions" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand man" -l dir -d 'Write all pages into this directory' -r -F
complete -c rk -n "__fish_rk_using_subcommand man" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rk -n "__fish_rk_using_subcommand man" -s q -l quiet -d 'Say less: no notes, no progress'
complete -c rk -n "__fish_rk_using_subcommand man" -s v -l verbose -d 'Say more; twice for even more'
complete -c rk -n "__fish_rk_using_subcommand man" -s h -l help -d 'Print help'
complete -c rk -n "__fish_rk_using_subcommand help; and not __fish_seen_subcommand_from topics produce consume groups connect dev completions man help" -f -a "topics" -d 'Create, list, describe, alter and delete topics'
complete -c rk -n "__fish_rk_using_subcommand help; and not __fish_seen_subcommand_from topics produce consume groups connect dev completions man help" -f -a "produce" -d 'Send records: lines, JSON, CSV and more, from standard input or files'
complete -c rk -n "__fish_rk_using_subcommand help; and not __fish_seen_subcommand_from topics produce consume groups connect dev completions man help" -f -a "consume" -d 'Print records'
complete -c rk -n "__fish_rk_using_subcommand help; and not __fish_seen_subcommand_from topics produce consume groups connect dev completions man help" -f -a "groups" -d 'List, describe, reset and delete consumer groups'
complete -c rk -n "__fish_rk_using_subcommand help; and not __fish_seen_subcommand_from topics produce consume groups connect dev completions man help" -f -a "connect" -d 'Run connectors, and manage those of a Kafka Connect cluster'
complete -c rk -n "__fish_rk_using_subcommand help; and not __fish_seen_subcommand_from topics produce consume groups connect dev completions man help" -f -a "dev" -d 'Run a broker for development and tests'
complete -c rk -n "__fish_rk_using_subcommand help; and not __fish_seen_subcommand_from topics produce consume groups connect dev completions man help" -f -a "completions" -d 'Print the completions for a shell'
complete -c rk -n "__fish_rk_using_subcommand help; and not __fish_seen_subcommand_from topics produce consume groups connect dev completions man help" -f -a "man" -d 'Print a manual page, or write them all'
complete -c rk -n "__fish_rk_using_subcommand help; and not __fish_seen_subcommand_from topics produce consume groups connect dev completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "create" -d 'Create topics'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "list" -d 'List the topics there are'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "describe" -d 'Show topics: settings, partitions, offsets and sizes'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "alter" -d 'Add partitions, set and unset configs'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "delete" -d 'Delete topics and all their records'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "copy" -d 'Copy a topic\'s records and configs to another topic, or to another cluster'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "archive" -d 'Write a topic\'s records, partitions and configs into one file'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "restore" -d 'Make a topic out of such a file'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "list" -d 'List the groups there are'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "describe" -d 'Show groups: offsets and lag, members, or state'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "reset-offsets" -d 'Move a group\'s offsets: shows the plan, and acts with --execute'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from groups" -f -a "delete" -d 'Delete groups and their offsets'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "run" -d 'Run connectors: a standalone worker that takes the files of connect-standalone'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "list" -d 'List the connectors, each with its state and its tasks\' in one row'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "describe" -d 'Show connectors: settings, states, topics, offsets, and why they failed'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "status" -d 'Show the states of connectors and tasks, and the root of what failed'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "create" -d 'Make connectors out of files: properties, a JSON map or a JSON request'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "apply" -d 'Make connectors be as their files say: create, change, or leave alone'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "diff" -d 'Show what `apply` would change'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "alter" -d 'Set and unset settings of a connector, and leave the others'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "delete" -d 'Delete connectors'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "pause" -d 'Pause connectors: their tasks stay, and do nothing'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "resume" -d 'Resume connectors that are paused or stopped'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "stop" -d 'Stop connectors: their tasks go, and offsets can be changed'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "restart" -d 'Restart connectors; with --tasks their tasks too, with --failed only what has failed'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "tasks" -d 'Show the tasks of connectors, with their states or their settings'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "topics" -d 'Show the topics that connectors have used'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "offsets" -d 'Show and change how far connectors are'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "plugins" -d 'List the plugins of the workers, or the settings of one'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "validate" -d 'Check configurations, and change nothing'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "loggers" -d 'Show and set how much the workers log'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "watch" -d 'Follow states: a line for each change'
complete -c rk -n "__fish_rk_using_subcommand help; and __fish_seen_subcommand_from connect" -f -a "info" -d 'Show a worker\'s version, cluster and health'

# Names that only a cluster knows come from the cluster, within a second or not at all.
complete -c rk -a "(rk __complete (commandline -cp | string collect) 2>/dev/null)"
