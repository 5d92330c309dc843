//! DescribeConfigs, API key 32: tells configs and where they come from.

use crate::wire::schema::{Request, message};

message! {
    /// The request.
    DescribeConfigsRequest: Request 32 [1 - 4] flexible [4+];
    DescribeConfigsRequest {
        resources: Vec<DescribeConfigsResource> [0+];
        include_synonyms: bool [1+];
        include_documentation: bool [3+];
    }
    DescribeConfigsResource {
        resource_type: i8 [0+];
        resource_name: String [0+];
        configuration_keys: Option<Vec<String>> [0+] null [0+] = Some(Vec::new());
    }
}

message! {
    /// The response.
    DescribeConfigsResponse: Response 32 [1 - 4] flexible [4+];
    DescribeConfigsResponse {
        throttle_time_ms: i32 [0+];
        results: Vec<DescribeConfigsResult> [0+];
    }
    DescribeConfigsResult {
        error_code: i16 [0+];
        error_message: Option<String> [0+] null [0+] = Some(String::new());
        resource_type: i8 [0+];
        resource_name: String [0+];
        configs: Vec<DescribeConfigsResourceResult> [0+];
    }
    DescribeConfigsResourceResult {
        name: String [0+];
        value: Option<String> [0+] null [0+] = Some(String::new());
        read_only: bool [0+];
        config_source: i8 [1+] @ignorable = -1;
        is_sensitive: bool [0+];
        synonyms: Vec<DescribeConfigsSynonym> [1+] @ignorable;
        config_type: i8 [3+] @ignorable;
        documentation: Option<String> [3+] null [0+] @ignorable = Some(String::new());
    }
    DescribeConfigsSynonym {
        name: String [1+];
        value: Option<String> [1+] null [0+] = Some(String::new());
        source: i8 [1+];
    }
}

impl Request for DescribeConfigsRequest {
    type Response = DescribeConfigsResponse;
}
