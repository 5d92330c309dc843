//! Who we are to the server: the `Authorization` header, and where a token comes from.

use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::Value as Json;

use super::keys::split;
use crate::base::clock::Moment;
use crate::connect::connectors::TaskContext;
use crate::connect::connectors::web::Trouble;
use crate::connect::define::Settings;
use crate::connect::error::ConnectError;
use crate::http::{self, Ask, Client, Method};

/// How much of a token's life is left when another is fetched.
const RESERVE: Duration = Duration::from_secs(10);

/// What is said of us.
pub(super) enum Auth {
    Nobody,
    Fixed(String),
    Token(Box<Tokens>),
}

/// A server of tokens, and the last one of it.
pub(super) struct Tokens {
    client: Client,
    path: String,
    login: Option<String>,
    form: String,
    property: String,
    token: Option<(String, Option<Moment>)>,
}

impl Auth {
    pub(super) fn of(
        context: &TaskContext,
        tls: &crate::client::Properties,
    ) -> Result<Self, ConnectError> {
        let settings = context.settings;
        Ok(match settings.string("http.authorization.type") {
            "static" => Auth::Fixed(settings.string("http.headers.authorization").to_owned()),
            "basic" => {
                Auth::Fixed(basic(settings.string("http.user"), settings.string("http.password")))
            }
            "oauth2" => Auth::Token(Box::new(Tokens::of(context, tls)?)),
            _ => Auth::Nobody,
        })
    }

    /// The header's value.
    pub(super) fn header(&mut self) -> Result<Option<String>, Trouble> {
        match self {
            Auth::Nobody => Ok(None),
            Auth::Fixed(value) => Ok(Some(value.clone())),
            Auth::Token(tokens) => tokens.token().map(|token| Some(format!("Bearer {token}"))),
        }
    }

    /// Forgets a token that the server does not take. Returns whether there may be a better one.
    pub(super) fn forget(&mut self) -> bool {
        match self {
            Auth::Token(tokens) => tokens.token.take().is_some(),
            _ => false,
        }
    }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{user}:{password}").as_bytes()))
}

/// A field of a form.
fn field(name: &str, value: &str) -> String {
    format!("{name}={}", http::segment(value))
}

impl Tokens {
    fn of(context: &TaskContext, tls: &crate::client::Properties) -> Result<Self, ConnectError> {
        let settings: &Settings = context.settings;
        let url = settings.string("oauth2.access.token.url");
        let (base, path) = split(url).map_err(ConnectError::config)?;
        let stop = context.stop.clone();
        let client = Client::of(http::Settings {
            tls: tls.clone(),
            timeout: timeout(settings),
            stop: Arc::new(move || stop.is_asked()),
            ..http::Settings::of(vec![base])
        });
        let (id, secret) =
            (settings.string("oauth2.client.id"), settings.string("oauth2.client.secret"));
        let mut form = vec![field("grant_type", "client_credentials")];
        form.extend(settings.text("oauth2.client.scope").map(|scope| field("scope", scope)));
        let mut login = None;
        match settings.string("oauth2.client.authorization.mode").eq_ignore_ascii_case("URL") {
            true => form.extend([field("client_id", id), field("client_secret", secret)]),
            false => login = Some(basic(id, secret)),
        }
        Ok(Tokens {
            client: client.map_err(|error| ConnectError::config(error.to_string()))?,
            path,
            login,
            form: form.join("&"),
            property: settings.string("oauth2.response.token.property").to_owned(),
            token: None,
        })
    }

    fn token(&mut self) -> Result<String, Trouble> {
        if let Some((token, until)) = &self.token
            && until.is_none_or(|until| !until.has_passed())
        {
            return Ok(token.clone());
        }
        let login = self.login.clone().map(|login| ("authorization".to_owned(), login));
        let ask = Ask {
            method: Method::Post,
            headers: login.into_iter().collect(),
            body: Some(("application/x-www-form-urlencoded", self.form.clone().into_bytes())),
            ..Ask::get(self.path.clone())
        };
        let answer = self.client.send(&ask)?.good()?;
        let json = answer.json()?;
        let token = json.get(&self.property).and_then(Json::as_str).ok_or_else(|| {
            let (asked, property) = (&answer.asked, &self.property);
            Trouble::Lasting(format!("{asked}: there is no `{property}` in the answer"))
        })?;
        let life = json.get("expires_in").and_then(Json::as_u64).map(Duration::from_secs);
        let until = life.map(|life| Moment::now().after(life.saturating_sub(RESERVE)));
        self.token = Some((token.to_owned(), until));
        Ok(token.to_owned())
    }
}

/// How long a request may take.
pub(super) fn timeout(settings: &Settings) -> Duration {
    let seconds = settings.integer("http.timeout").unwrap_or_default();
    Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
}
