//! What nearcore's contract runtime says: runs cases given as JSON lines on standard input, answers with JSON lines.
//! `nearcore-oracle parameters` prints the protocol's parameters instead. See ../README.md.
mod chain;

use base64::{Engine, engine::general_purpose::STANDARD};
use chain::Chain;
use near_parameters::{RuntimeConfigStore, RuntimeConfigView};
use near_primitives_core::account::AccountContract;
use near_primitives_core::config::ViewConfig;
use near_primitives_core::types::{Balance, Gas};
use near_vm_runner::logic::errors::FunctionCallError;
use near_vm_runner::logic::types::PromiseResult;
use near_vm_runner::logic::{ReturnData, VMContext};
use near_vm_runner::{Contract, ContractCode, MockContractRuntimeCache};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::sync::Arc;

const VIEW_GAS: u64 = 300_000_000_000_000;

/// One call. Bytes are base64, amounts of yoctoNEAR are decimal text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    wasm: String,
    #[serde(default = "main_method")]
    method: String,
    #[serde(default)]
    input: String,
    gas: u64,
    #[serde(default)]
    is_view: bool,
    #[serde(default)]
    deposit: Option<String>,
    #[serde(default)]
    balance: Option<String>,
    #[serde(default)]
    storage: BTreeMap<String, String>,
    #[serde(default)]
    storage_usage: u64,
    /// What the call waited for: a value, or null for a failure.
    #[serde(default)]
    promise_results: Vec<Option<String>>,
    /// Who waits for the call's result.
    #[serde(default)]
    output_data_receivers: Vec<String>,
    /// Data ids of yields that earlier calls made.
    #[serde(default)]
    yields: Vec<String>,
}

fn main_method() -> String {
    "main".into()
}

fn bytes(text: &str) -> Vec<u8> {
    STANDARD.decode(text).expect("bytes are base64")
}

fn amount(text: &Option<String>) -> Balance {
    Balance::from_yoctonear(text.as_deref().unwrap_or("0").parse().expect("an amount is decimal"))
}

struct Code(ContractCode);

impl Contract for Code {
    fn hash(&self) -> near_primitives_core::hash::CryptoHash {
        *self.0.hash()
    }
    fn get_code(&self) -> Option<Arc<ContractCode>> {
        Some(Arc::new(self.0.clone_for_tests()))
    }
}

fn context(case: &Case, code: &ContractCode) -> VMContext {
    let account = |id: &str| id.parse().expect("an account id");
    let results = case.promise_results.iter().map(|result| match result {
        Some(value) => PromiseResult::Successful(bytes(value).into()),
        None => PromiseResult::Failed,
    });
    VMContext {
        current_account_id: account("alice"),
        signer_account_id: account("bob"),
        signer_account_pk: (0..33).collect(),
        predecessor_account_id: account("carol"),
        refund_to_account_id: account("carol"),
        input: bytes(&case.input).into(),
        promise_results: results.collect(),
        block_height: 10,
        block_timestamp: 42,
        epoch_height: 1,
        account_balance: amount(&case.balance),
        account_locked_balance: Balance::ZERO,
        storage_usage: case.storage_usage,
        account_contract: AccountContract::Local(*code.hash()),
        attached_deposit: amount(&case.deposit),
        prepaid_gas: Gas::from_gas(case.gas),
        random_seed: (0..32).collect(),
        view_config: case.is_view.then(|| ViewConfig { max_gas_burnt: Gas::from_gas(VIEW_GAS) }),
        output_data_receivers: case.output_data_receivers.iter().map(|id| account(id)).collect(),
    }
}

fn run(case: &Case, config: &near_parameters::RuntimeConfig, cache: &MockContractRuntimeCache) -> Value {
    let code = Code(ContractCode::new(bytes(&case.wasm), None));
    let context = context(case, &code.0);
    let storage = case.storage.iter().map(|(key, value)| (bytes(key), bytes(value))).collect();
    let mut chain = Chain::new(storage, case.yields.iter().map(|id| bytes(id)).collect());
    let gas = context.make_gas_counter(&config.wasm_config);
    let vm_config = Arc::clone(&config.wasm_config);
    let prepared = near_vm_runner::prepare(&code, vm_config, Some(cache), gas, &case.method);
    let outcome = match near_vm_runner::run(prepared, &mut chain, &context, Arc::clone(&config.fees)) {
        Ok(outcome) => outcome,
        Err(error) => return json!({ "runner_error": format!("{error:?}") }),
    };
    let mut answer = json!({
        "burnt": outcome.burnt_gas.as_gas(),
        "used": outcome.used_gas.as_gas(),
        "logs": outcome.logs,
    });
    match &outcome.aborted {
        Some(error) => answer["error"] = error_json(error),
        None => {
            answer["returned"] = match outcome.return_data {
                ReturnData::None => Value::Null,
                ReturnData::Value(value) => json!({ "value": STANDARD.encode(value) }),
                ReturnData::ReceiptIndex(index) => json!({ "receipt": index }),
            };
            answer["balance"] = json!(outcome.balance.as_yoctonear().to_string());
            answer["storage_usage"] = json!(outcome.storage_usage);
            answer["storage"] = chain.storage_json();
            answer["receipts"] = json!(chain.receipts);
            answer["resumes"] = json!(chain.resumes);
        }
    }
    answer
}

/// As a view call shows it and, of what happened while the contract ran, as an outcome does.
fn error_json(error: &FunctionCallError) -> Value {
    let debug = format!("{error:?}");
    match error {
        FunctionCallError::HostError(_) | FunctionCallError::WasmTrap(_) => {
            json!({ "debug": debug, "text": error.to_string() })
        }
        _ => json!({ "debug": debug }),
    }
}

fn answer_cases(protocol_version: u32) {
    let store = RuntimeConfigStore::new(None);
    let config = store.get_config(protocol_version);
    let cache = MockContractRuntimeCache::default();
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let case: Case = serde_json::from_str(&line).expect("a case");
        writeln!(output, "{}", run(&case, config, &cache)).expect("standard output");
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let protocol_version = arguments.next().and_then(|text| text.parse().ok());
    let Some(protocol_version) = protocol_version else {
        eprintln!("usage: nearcore-oracle PROTOCOL_VERSION [parameters] < cases > answers");
        std::process::exit(2);
    };
    if arguments.next().as_deref() == Some("parameters") {
        let store = RuntimeConfigStore::new(None);
        let config = store.get_config(protocol_version).as_ref().clone();
        println!("{}", serde_json::to_string_pretty(&RuntimeConfigView::from(config)).expect("JSON"));
        return;
    }
    // Deep recursion of contracts is bounded by the protocol's own stack limit, not by this thread's.
    let thread = std::thread::Builder::new().stack_size(1 << 30);
    thread.spawn(move || answer_cases(protocol_version)).expect("a thread").join().expect("answers");
}
