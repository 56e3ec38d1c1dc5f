//! The messages of the public API: what is asked, and what is answered.

use super::parameters::{Custom, Injected};
use super::token::is_token;
use crate::shown;
use serde_json::{Value, json};

/// How Psivox calls itself; a token is worth something under these names only.
const PLUGIN: &str = "Psivox";

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    State,
    Token,
    Login,
    List,
    Create,
    Inject,
}

impl Ask {
    /// As `messageType`, and as `requestID` so that an error tells what it is about.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::State => "APIStateRequest",
            Self::Token => "AuthenticationTokenRequest",
            Self::Login => "AuthenticationRequest",
            Self::List => "InputParameterListRequest",
            Self::Create => "ParameterCreationRequest",
            Self::Inject => "InjectParameterDataRequest",
        }
    }

    const ALL: [Self; 6] = [Self::State, Self::Token, Self::Login, Self::List, Self::Create, Self::Inject];
}

fn request(ask: Ask, data: Value) -> String {
    json!({
        "apiName": "VTubeStudioPublicAPI",
        "apiVersion": "1.0",
        "requestID": ask.name(),
        "messageType": ask.name(),
        "data": data,
    })
    .to_string()
}

pub(super) fn state() -> String {
    request(Ask::State, json!({}))
}

pub(super) fn token() -> String {
    request(Ask::Token, json!({"pluginName": PLUGIN, "pluginDeveloper": PLUGIN}))
}

pub(super) fn login(token: &str) -> String {
    let data = json!({"pluginName": PLUGIN, "pluginDeveloper": PLUGIN, "authenticationToken": token});
    request(Ask::Login, data)
}

pub(super) fn list() -> String {
    request(Ask::List, json!({}))
}

pub(super) fn create(custom: &Custom) -> String {
    let data = json!({
        "parameterName": custom.name,
        "explanation": custom.explanation,
        "min": 0,
        "max": 1,
        "defaultValue": custom.default,
    });
    request(Ask::Create, data)
}

pub(super) fn inject(values: &[Injected]) -> String {
    let values: Vec<Value> = values.iter().map(|one| json!({"id": one.id, "value": one.value})).collect();
    request(Ask::Inject, json!({"faceFound": true, "mode": "set", "parameterValues": values}))
}

/// What was answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// The API is there.
    State { active: bool },
    /// The user has said yes.
    Token(String),
    /// Whether the token is good.
    Login(bool),
    /// Names of VTube Studio's own parameters.
    List(Vec<String>),
    /// A parameter of ours exists.
    Created,
    /// Values have arrived.
    Injected,
    /// Something was refused; `about` is what.
    Error { about: Option<Ask>, id: i64, message: String },
    /// Something that nobody asked for, such as an event.
    Other,
    /// Not the API.
    Nonsense,
}

/// Letters of a text that is shown.
const SHOWN: usize = 120;

/// Most names of parameters that are kept.
const MAX_NAMES: usize = 1_024;

/// Reads an answer.
pub(super) fn read(text: &str) -> Answer {
    let Ok(Value::Object(message)) = serde_json::from_str::<Value>(text) else { return Answer::Nonsense };
    let Some(kind) = message.get("messageType").and_then(Value::as_str) else { return Answer::Nonsense };
    let data = message.get("data").unwrap_or(&Value::Null);
    let is = |key: &str| data.get(key).and_then(Value::as_bool).unwrap_or(false);
    match kind {
        "APIStateResponse" => Answer::State { active: is("active") },
        "AuthenticationTokenResponse" => match data.get("authenticationToken").and_then(Value::as_str) {
            Some(token) if is_token(token) => Answer::Token(token.to_owned()),
            _ => Answer::Nonsense,
        },
        "AuthenticationResponse" => Answer::Login(is("authenticated")),
        "InputParameterListResponse" => Answer::List(names(data.get("defaultParameters"))),
        "ParameterCreationResponse" => Answer::Created,
        "InjectParameterDataResponse" => Answer::Injected,
        "APIError" => {
            let asked = message.get("requestID").and_then(Value::as_str).unwrap_or_default();
            let text = data.get("message").and_then(Value::as_str).unwrap_or_default();
            Answer::Error {
                about: Ask::ALL.into_iter().find(|ask| ask.name() == asked),
                id: data.get("errorID").and_then(Value::as_i64).unwrap_or(-1),
                message: shorten(text),
            }
        }
        _ => Answer::Other,
    }
}

fn names(list: Option<&Value>) -> Vec<String> {
    let Some(Value::Array(list)) = list else { return Vec::new() };
    let name = |one: &Value| one.get("name").and_then(Value::as_str).map(shorten);
    list.iter().take(MAX_NAMES).filter_map(name).collect()
}

/// What may be shown of a text from VTube Studio.
pub(super) fn shorten(text: &str) -> String {
    shown::shorten(text, SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_as_the_documentation_has_them() {
        let answer = |kind: &str, data: &str| {
            read(&format!(
                r#"{{"apiName":"VTubeStudioPublicAPI","apiVersion":"1.0","timestamp":1625405710728,
                "requestID":"AuthenticationTokenRequest","messageType":"{kind}","data":{data}}}"#
            ))
        };
        let active = r#"{"active":true,"vTubeStudioVersion":"1.9.0","currentSessionAuthenticated":false}"#;
        assert_eq!(answer("APIStateResponse", active), Answer::State { active: true });
        let token = r#"{"authenticationToken":"adcd-123-ef09-some-token-string-abcd"}"#;
        assert_eq!(
            answer("AuthenticationTokenResponse", token),
            Answer::Token("adcd-123-ef09-some-token-string-abcd".to_owned())
        );
        assert_eq!(
            answer("AuthenticationResponse", r#"{"authenticated":false,"reason":"x"}"#),
            Answer::Login(false)
        );
        let list = r#"{"modelLoaded":true,"customParameters":[{"name":"Mine"}],"defaultParameters":[
            {"name":"FaceAngleX","min":-30},{"name":"FacePositionX"},7]}"#;
        assert_eq!(
            answer("InputParameterListResponse", list),
            Answer::List(vec!["FaceAngleX".to_owned(), "FacePositionX".to_owned()])
        );
        let error = r#"{"errorID":50,"message":"User has denied API access for your plugin."}"#;
        let expected = Answer::Error {
            about: Some(Ask::Token),
            id: 50,
            message: "User has denied API access for your plugin.".to_owned(),
        };
        assert_eq!(answer("APIError", error), expected);
        assert_eq!(answer("ModelLoadedEvent", "{}"), Answer::Other);
    }

    #[test]
    fn nonsense_is_nonsense() {
        let long = format!(
            r#"{{"messageType":"AuthenticationTokenResponse","data":{{"authenticationToken":"{}"}}}}"#,
            "x".repeat(65)
        );
        for text in ["", "{}", "7", "[]", "hello", &"[".repeat(10_000), r#"{"messageType":7}"#, &long] {
            assert_eq!(read(text), Answer::Nonsense);
        }
        let error = read(r#"{"messageType":"APIError","data":7}"#);
        assert_eq!(error, Answer::Error { about: None, id: -1, message: String::new() });
        assert_eq!(read(r#"{"messageType":"InputParameterListResponse"}"#), Answer::List(Vec::new()));
    }

    #[test]
    fn a_request_says_who_asks_for_what() {
        let request: Value = serde_json::from_str(&login("secret")).expect("JSON");
        let expected = json!({
            "apiName": "VTubeStudioPublicAPI",
            "apiVersion": "1.0",
            "requestID": "AuthenticationRequest",
            "messageType": "AuthenticationRequest",
            "data": {"pluginName": "Psivox", "pluginDeveloper": "Psivox", "authenticationToken": "secret"},
        });
        assert_eq!(request, expected);
        let values = [Injected { id: "MouthOpen".to_owned(), value: 0.5 }];
        let request: Value = serde_json::from_str(&inject(&values)).expect("JSON");
        let expected =
            json!({"faceFound": true, "mode": "set", "parameterValues": [{"id": "MouthOpen", "value": 0.5}]});
        assert_eq!(request["data"], expected);
    }

    #[test]
    fn broken_answers_do_no_harm() {
        let seeds = [
            r#"{"messageType":"APIStateResponse","data":{"active":true}}"#,
            r#"{"messageType":"AuthenticationTokenResponse","data":{"authenticationToken":"abc"}}"#,
            r#"{"messageType":"AuthenticationResponse","data":{"authenticated":true}}"#,
            r#"{"messageType":"InputParameterListResponse","data":{"defaultParameters":[{"name":"FaceAngleX"}]}}"#,
            r#"{"messageType":"APIError","requestID":"APIStateRequest","data":{"errorID":50,"message":"no"}}"#,
        ];
        let mut sound = 0u32;
        crate::mutate::mutated(&seeds, |text| match read(text) {
            Answer::Nonsense => {}
            Answer::Token(token) => assert!(is_token(&token)),
            Answer::Error { message, .. } => assert!(message.chars().count() <= SHOWN + 3),
            Answer::List(names) => assert!(names.len() <= MAX_NAMES),
            _ => sound += 1,
        });
        assert!(sound > crate::mutate::inputs() / 100, "only {sound} were answers");
    }
}
