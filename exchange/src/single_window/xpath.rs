//! From a place in the form to the place in the message.

use super::fields::{CLAIM, Direction, NODES, Node};
use customhouse_control::form::Part;

/// The XPath, in the message, of a place in the form given as a JSON pointer.
/// What is a message's XPath already stays; a place that the message does not have becomes the message.
///
/// ```
/// use customhouse_exchange::single_window::{Direction, xpath};
/// assert_eq!(xpath("/lines/2/origin", Direction::Import), "/DecMessage/DecLists/DecList[3]/OriginCountry");
/// assert_eq!(xpath("/lines/2/origin", Direction::Export), "/DecMessage/DecLists/DecList[3]/DestinationCountry");
/// ```
pub fn xpath(pointer: &str, direction: Direction) -> String {
    if pointer.starts_with("/DecMessage") {
        return pointer.to_owned();
    }
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    let path = match steps.as_slice() {
        [] => None,
        [first, rest @ ..] => match NODES.iter().find(|n| !n.inner.is_empty() && n.part.member() == *first) {
            Some(node) => Some(repeated(node, rest, direction)),
            None => head(&steps, direction),
        },
    };
    path.unwrap_or_else(|| "/DecMessage".to_owned())
}

fn head(steps: &[&str], direction: Direction) -> Option<String> {
    let name = steps.join(".");
    let mut nodes = NODES.iter().filter(|n| n.part == Part::Head);
    if let Some(path) = nodes
        .clone()
        .find_map(|n| Some(format!("/DecMessage/{}/{}", n.element, element(n, &name, direction)?)))
    {
        return Some(path);
    }
    // A group of fields, such as all of the consignee's.
    let group = format!("{name}.");
    let node = nodes.find(|n| n.part.fields().iter().any(|f| f.name.starts_with(&group)))?;
    Some(format!("/DecMessage/{}", node.element))
}

fn repeated(node: &Node, steps: &[&str], direction: Direction) -> String {
    let path = format!("/DecMessage/{}", node.element);
    let Some((number, rest)) = steps
        .split_first()
        .and_then(|(index, rest)| Some((index.parse::<u32>().ok()?.checked_add(1)?, rest)))
    else {
        return path;
    };
    let path = format!("{path}/{}[{number}]", node.inner);
    match element(node, &rest.join("."), direction) {
        Some(element) => format!("{path}/{element}"),
        None => path,
    }
}

/// The element that holds a field. A line's proof of origin may stand in several nodes; its claim is
/// always in the line.
fn element(node: &Node, name: &str, direction: Direction) -> Option<&'static str> {
    if node.part == Part::Line && (name == "preference" || name.starts_with("preference.")) {
        return Some(CLAIM);
    }
    node.places.iter().find(|p| p.field(direction) == Some(name)).map(|p| p.element)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let check = |pointer: &str, expected: &str| {
            assert_eq!(xpath(pointer, Direction::Import), expected, "{pointer}")
        };
        check("", "/DecMessage");
        check("/", "/DecMessage");
        check("/direction", "/DecMessage/DecHead/IEFlag");
        check("/gross_kg", "/DecMessage/DecHead/GrossWet");
        check("/voyage", "/DecMessage/DecFreeTxt/VoyNo");
        check("/consignee/credit_code", "/DecMessage/DecHead/TradeCoScc");
        check("/consignee", "/DecMessage/DecHead");
        check("/overseas_consignor/name", "/DecMessage/DecHead/OverseasConsignorEname");
        check("/lines", "/DecMessage/DecLists");
        check("/lines/0", "/DecMessage/DecLists/DecList[1]");
        check("/lines/2/commodity_code", "/DecMessage/DecLists/DecList[3]/CodeTS");
        check("/lines/2/preference/proof_number", "/DecMessage/DecLists/DecList[3]/RcepOrigPlaceCode");
        check("/lines/2/preference", "/DecMessage/DecLists/DecList[3]/RcepOrigPlaceCode");
        check("/lines/2/no_such", "/DecMessage/DecLists/DecList[3]");
        check("/lines/x/origin", "/DecMessage/DecLists");
        check("/lines/4294967295", "/DecMessage/DecLists");
        check("/containers/0/number", "/DecMessage/DecContainers/Container[1]/ContainerId");
        check("/documents/1/number", "/DecMessage/DecLicenseDocus/LicenseDocu[2]/CertCode");
        check("/no_such", "/DecMessage");
        check("/DecMessage/DecUsers", "/DecMessage/DecUsers");
    }

    #[test]
    fn exports_cross() {
        let check = |pointer: &str, expected: &str| {
            assert_eq!(xpath(pointer, Direction::Export), expected, "{pointer}")
        };
        check("/lines/0/origin", "/DecMessage/DecLists/DecList[1]/DestinationCountry");
        check("/lines/0/destination", "/DecMessage/DecLists/DecList[1]/OriginCountry");
        check("/overseas_consignor/code", "/DecMessage/DecHead/OverseasConsigneeCode");
        check("/gross_kg", "/DecMessage/DecHead/GrossWet");
    }
}
