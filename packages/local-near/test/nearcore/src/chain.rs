//! The chain around a call: its storage, and the receipts that it creates.
use base64::{Engine, engine::general_purpose::STANDARD};
use near_crypto::PublicKey;
use near_primitives_core::hash::{CryptoHash, YieldId, hash};
use near_primitives_core::types::{AccountId, Balance, Gas, GasWeight, Nonce, NonceIndex};
use near_vm_runner::logic::types::{ActionIndex, GlobalContractDeployMode, GlobalContractIdentifier, ReceiptIndex};
use near_vm_runner::logic::{External, HostError, StorageAccessTracker, VMLogicError, ValuePtr};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Result<T> = std::result::Result<T, VMLogicError>;

/// Trie nodes that a write or a removal touches, as in local-near's parameters.ts: on a network it is the state's depth.
const TRIE_NODES_PER_WRITE: u64 = 16;

#[derive(Serialize)]
pub struct Receipt {
    receiver_id: AccountId,
    /// Receipts that it waits for.
    after: Vec<ReceiptIndex>,
    is_yield: bool,
    actions: Vec<Value>,
}

#[derive(Serialize)]
pub struct Resume {
    data_id: String,
    data: String,
}

pub struct Chain {
    storage: BTreeMap<Vec<u8>, Vec<u8>>,
    yields: Vec<Vec<u8>>,
    data_ids: u64,
    pub receipts: Vec<Receipt>,
    pub resumes: Vec<Resume>,
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

fn yocto(amount: Balance) -> String {
    amount.as_yoctonear().to_string()
}

struct Stored<'a>(&'a [u8]);

impl ValuePtr for Stored<'_> {
    fn len(&self) -> u32 {
        self.0.len() as u32
    }
    fn deref(&self, _: &mut dyn StorageAccessTracker) -> Result<Vec<u8>> {
        Ok(self.0.to_vec())
    }
}

impl Chain {
    pub fn new(storage: BTreeMap<Vec<u8>, Vec<u8>>, yields: Vec<Vec<u8>>) -> Self {
        Self { storage, yields, data_ids: 0, receipts: Vec::new(), resumes: Vec::new() }
    }

    pub fn storage_json(&self) -> Value {
        self.storage.iter().map(|(key, value)| (base64(key), json!(base64(value)))).collect()
    }

    fn push(&mut self, receiver_id: AccountId, after: Vec<ReceiptIndex>, is_yield: bool) -> ReceiptIndex {
        self.receipts.push(Receipt { receiver_id, after, is_yield, actions: Vec::new() });
        self.receipts.len() as u64 - 1
    }

    fn action(&mut self, receipt: ReceiptIndex, action: Value) {
        self.receipts[receipt as usize].actions.push(action);
    }
}

fn names(method_names: Vec<Vec<u8>>) -> Result<Vec<String>> {
    let text = |name| String::from_utf8(name).map_err(|_| HostError::InvalidMethodName.into());
    method_names.into_iter().map(text).collect()
}

impl External for Chain {
    fn storage_set<'a>(
        &'a mut self,
        tracker: &mut dyn StorageAccessTracker,
        key: &[u8],
        value: &[u8],
    ) -> Result<Option<Vec<u8>>> {
        if let Some(evicted) = self.storage.get(key) {
            tracker.deref_write_evicted_value_bytes(evicted.len() as u64)?;
        }
        tracker.trie_node_touched(TRIE_NODES_PER_WRITE)?;
        Ok(self.storage.insert(key.to_vec(), value.to_vec()))
    }

    fn storage_get<'a>(
        &'a self,
        _: &mut dyn StorageAccessTracker,
        key: &[u8],
    ) -> Result<Option<Box<dyn ValuePtr + 'a>>> {
        Ok(self.storage.get(key).map(|value| Box::new(Stored(value)) as Box<dyn ValuePtr>))
    }

    fn storage_remove(&mut self, tracker: &mut dyn StorageAccessTracker, key: &[u8]) -> Result<Option<Vec<u8>>> {
        if let Some(removed) = self.storage.get(key) {
            tracker.deref_removed_value_bytes(removed.len() as u64)?;
        }
        tracker.trie_node_touched(TRIE_NODES_PER_WRITE)?;
        Ok(self.storage.remove(key))
    }

    fn storage_has_key(&mut self, _: &mut dyn StorageAccessTracker, key: &[u8]) -> Result<bool> {
        Ok(self.storage.contains_key(key))
    }

    fn generate_data_id(&mut self) -> CryptoHash {
        self.data_ids += 1;
        hash(&self.data_ids.to_le_bytes())
    }

    fn get_recorded_storage_size(&self) -> usize {
        0
    }

    fn storage_proof_size_before_receipt(&self) -> usize {
        0
    }

    fn validator_stake(&self, _: &AccountId) -> Result<Option<Balance>> {
        Ok(None)
    }

    fn validator_total_stake(&self) -> Result<Balance> {
        Ok(Balance::ZERO)
    }

    fn chain_id(&self) -> String {
        "local".into()
    }

    fn create_action_receipt(&mut self, after: Vec<ReceiptIndex>, receiver_id: AccountId) -> Result<ReceiptIndex> {
        for _ in &after {
            self.generate_data_id();
        }
        Ok(self.push(receiver_id, after, false))
    }

    fn create_promise_yield_receipt(&mut self, receiver_id: AccountId) -> Result<(ReceiptIndex, CryptoHash)> {
        let data_id = self.generate_data_id();
        self.yields.push(data_id.as_bytes().to_vec());
        Ok((self.push(receiver_id, Vec::new(), true), data_id))
    }

    fn submit_promise_resume_data(&mut self, data_id: CryptoHash, data: Vec<u8>) -> Result<bool> {
        let is_waiting = self.yields.iter().any(|id| id == data_id.as_bytes());
        if is_waiting {
            self.resumes.push(Resume { data_id: base64(data_id), data: base64(data) });
        }
        Ok(is_waiting)
    }

    fn append_action_create_account(&mut self, receipt: ReceiptIndex) {
        self.action(receipt, json!({ "type": "CreateAccount" }));
    }

    fn append_action_deploy_contract(&mut self, receipt: ReceiptIndex, code: Vec<u8>) {
        self.action(receipt, json!({ "type": "DeployContract", "code": base64(code) }));
    }

    fn append_action_function_call_weight(
        &mut self,
        receipt: ReceiptIndex,
        method_name: Vec<u8>,
        args: Vec<u8>,
        deposit: Balance,
        gas: Gas,
        _: GasWeight,
    ) -> Result<()> {
        let method_name = names(vec![method_name])?.remove(0);
        self.action(receipt, json!({
            "type": "FunctionCall", "method_name": method_name, "args": base64(args), "gas": gas.as_gas(),
            "deposit": yocto(deposit),
        }));
        Ok(())
    }

    fn append_action_transfer(&mut self, receipt: ReceiptIndex, deposit: Balance) {
        self.action(receipt, json!({ "type": "Transfer", "deposit": yocto(deposit) }));
    }

    fn append_action_stake(&mut self, receipt: ReceiptIndex, stake: Balance, public_key: PublicKey) {
        self.action(receipt, json!({
            "type": "Stake", "stake": yocto(stake), "public_key": public_key.to_string(),
        }));
    }

    fn append_action_add_key_with_full_access(&mut self, receipt: ReceiptIndex, public_key: PublicKey, nonce: Nonce) {
        self.action(receipt, json!({
            "type": "AddKey", "public_key": public_key.to_string(), "nonce": nonce.to_string(), "permission": "FullAccess",
        }));
    }

    fn append_action_add_key_with_function_call(
        &mut self,
        receipt: ReceiptIndex,
        public_key: PublicKey,
        nonce: Nonce,
        allowance: Option<Balance>,
        receiver_id: AccountId,
        method_names: Vec<Vec<u8>>,
    ) -> Result<()> {
        let method_names = names(method_names)?;
        self.action(receipt, json!({
            "type": "AddKey", "public_key": public_key.to_string(), "nonce": nonce.to_string(),
            "permission": { "allowance": allowance.map(yocto), "receiver_id": receiver_id, "method_names": method_names },
        }));
        Ok(())
    }

    fn append_action_delete_key(&mut self, receipt: ReceiptIndex, public_key: PublicKey) {
        self.action(receipt, json!({ "type": "DeleteKey", "public_key": public_key.to_string() }));
    }

    fn append_action_delete_account(&mut self, receipt: ReceiptIndex, beneficiary_id: AccountId) {
        self.action(receipt, json!({ "type": "DeleteAccount", "beneficiary_id": beneficiary_id }));
    }

    fn get_receipt_receiver(&self, receipt: ReceiptIndex) -> &AccountId {
        &self.receipts[receipt as usize].receiver_id
    }

    fn post_quantum_keys_enabled(&self) -> bool {
        false
    }

    // What local-near does not have.

    fn create_promise_yield_receipt_with_id(
        &mut self,
        _: AccountId,
        _: YieldId,
    ) -> Result<Option<(ReceiptIndex, CryptoHash)>> {
        unimplemented!()
    }
    fn submit_promise_resume_data_with_yield_id(&mut self, _: YieldId, _: Vec<u8>) -> Result<bool> {
        unimplemented!()
    }
    fn append_action_deploy_global_contract(&mut self, _: ReceiptIndex, _: Vec<u8>, _: GlobalContractDeployMode) {
        unimplemented!()
    }
    fn append_action_use_global_contract(&mut self, _: ReceiptIndex, _: GlobalContractIdentifier) {
        unimplemented!()
    }
    fn append_action_deterministic_state_init(
        &mut self,
        _: ReceiptIndex,
        _: GlobalContractIdentifier,
        _: Balance,
    ) -> ActionIndex {
        unimplemented!()
    }
    fn set_deterministic_state_init_data_entry(
        &mut self,
        _: ReceiptIndex,
        _: ActionIndex,
        _: Vec<u8>,
        _: Vec<u8>,
    ) -> Result<()> {
        unimplemented!()
    }
    fn append_action_transfer_to_gas_key(&mut self, _: ReceiptIndex, _: PublicKey, _: Balance) {
        unimplemented!()
    }
    fn append_action_add_gas_key_with_full_access(&mut self, _: ReceiptIndex, _: PublicKey, _: NonceIndex) {
        unimplemented!()
    }
    fn append_action_add_gas_key_with_function_call(
        &mut self,
        _: ReceiptIndex,
        _: PublicKey,
        _: NonceIndex,
        _: Option<Balance>,
        _: AccountId,
        _: Vec<Vec<u8>>,
    ) -> Result<()> {
        unimplemented!()
    }
    fn set_refund_to(&mut self, _: ReceiptIndex, _: AccountId) {
        unimplemented!()
    }
}
