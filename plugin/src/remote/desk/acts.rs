//! What each order from outside does, or why it cannot be done.

use super::RemoteDesk;
use crate::channels::RemoteOrder;
use crate::memory::{MemoryOrder, Which};
use crate::remote::{index_of, parameter};
use crate::state::LineState;
use psivox_wire::inbound::{Cue, Inbound, MemoryCommand, ParameterInfo, TargetName};
use rtrb::Producer;

impl RemoteDesk {
    /// Does one order.
    pub(super) fn act(&mut self, order: Inbound, orders: &mut Producer<RemoteOrder>) -> Result<(), String> {
        if self.shared.active() && self.shared.offline() {
            return Err("the host bounces: orders from outside are left alone until it is done".to_owned());
        }
        match order {
            Inbound::Speak { text, now } => self.wait(text, now),
            Inbound::Cue(cue) => {
                let line = self.params.line.get();
                let found = cue.find(&line.text).ok_or_else(|| no_cue(&cue, &line.text))?;
                self.wait(found.to_owned(), true)
            }
            Inbound::Line { text } => self.edit(|line| line.text = text),
            Inbound::Trigger { velocity } => {
                self.expect_active()?;
                let order = RemoteOrder::Trigger { velocity };
                orders.push(order).map_err(|_| "the host does not play; start its audio".to_owned())
            }
            Inbound::Stop => self.end(RemoteOrder::Stop, orders),
            Inbound::Panic => {
                // Also for a host that has stopped calling.
                self.link.rest();
                self.end(RemoteOrder::Panic, orders)
            }
            Inbound::Set { id, value } => self.set(&id, |_| value),
            Inbound::SetNormalized { id, value } => self.set(&id, |info| {
                let plain = info.min + value * (info.max - info.min);
                if info.choices.is_some() { plain.round() } else { plain }
            }),
            Inbound::Memory(command) => self.remember(command),
            Inbound::TargetOn { target, on } => self.switch(&target, on),
        }
    }

    /// Hands on what is asked of memory.
    fn remember(&self, command: MemoryCommand) -> Result<(), String> {
        let order = match command {
            MemoryCommand::Remember(name) => MemoryOrder::Remember(name),
            MemoryCommand::Recall { words, .. } if words.is_empty() => MemoryOrder::Blend(Vec::new(), 0.0),
            MemoryCommand::Recall { words, share } => {
                MemoryOrder::Blend(vec![(Which::Words(words), 1.0)], share)
            }
            MemoryCommand::Replay(words) => MemoryOrder::Replay(Which::Words(words)),
            MemoryCommand::Forget(words) => MemoryOrder::Forget(Which::Words(words)),
        };
        if let (MemoryOrder::Blend(parts, _), Some(index)) = (&order, index_of("memory_recall")) {
            self.hub.values.post(index, if parts.is_empty() { 0.0 } else { 1.0 });
        }
        match self.params.memory.order(order) {
            true => Ok(()),
            false => Err("too many orders wait for the memory; send fewer".to_owned()),
        }
    }

    fn edit(&self, change: impl FnOnce(&mut LineState)) -> Result<(), String> {
        self.params.line.edit(change).map_err(|error| error.to_string())?;
        self.hub.values.mark_dirty();
        Ok(())
    }

    fn set(&self, id: &str, plain_of: impl FnOnce(&ParameterInfo) -> f32) -> Result<(), String> {
        let index = index_of(id).ok_or_else(|| format!("there is no parameter '{id}'"))?;
        let info = self.hub.board.parameters().get(index);
        let info = info.ok_or_else(|| format!("there is no parameter '{id}'"))?;
        let plain = plain_of(info).clamp(info.min, info.max);
        self.hub.values.post(index, parameter(&self.params, index).normalized_of(plain));
        Ok(())
    }

    fn switch(&self, target: &TargetName, on: bool) -> Result<(), String> {
        let (wire, _) = self.params.line.get().network();
        let count = wire.targets.len();
        let names: Vec<String> = wire.targets.iter().map(|one| one.label()).collect();
        let index = target.find(&names).ok_or_else(|| match target {
            TargetName::Number(number) => format!("there is no receiver {number}; there are {count}"),
            TargetName::Name(_) => {
                format!("there is no receiver of that name; call it by its number, 1 to {count}")
            }
        })?;
        let label = wire.targets[index].label();
        // In one step with the look at what is there: somebody else may just have changed the rest.
        self.edit(|line| {
            let (mut wire, _) = line.network();
            let target = wire.targets.get_mut(index).filter(|target| target.label() == label);
            if let Some(target) = target {
                target.on = on;
                line.wire = Some(wire);
            }
        })
    }
}

/// Why a cue was not found.
fn no_cue(cue: &Cue, text: &str) -> String {
    let count = text.lines().filter(|line| !line.trim().is_empty()).count();
    match cue {
        Cue::Number(number) => format!("the project's text has no line {number}; it has {count}"),
        Cue::Text(_) => format!("none of the project's {count} lines begins so"),
    }
}
