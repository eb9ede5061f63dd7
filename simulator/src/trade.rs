//! What is asked, by whom: mostly what can come to something, now and then anything.

use crate::chance::Chance;
use crate::journal::{Journal, told};
use crate::law::GOODS;
use customhouse_control::form::{Form, Part};
use customhouse_control::{
    Actor, AppointmentForm, AuthorisationForm, BillForm, BillRecord, Command, DeclarationRecord, EntryReport,
    GoodsOut, GuaranteeDecisionForm, GuaranteeForm, InName, KeptRefund, LicenceForm, OnRoster, Post,
    RefundDecisionForm, RefundForm, Role, Roster, Scope, Settlement, SheetLine, StepForm, declaration_key,
};
use customhouse_engine::{Edition, Engine};
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::values::{
    CommodityCode, CreditCode, Direction, EntryNumber, Exact, OfficeCode, UnitCode,
};
use customhouse_storage::Query;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The number of the guarantee that is lodged first.
const GUARANTEE: &str = "G22252026000001";
/// Where the goods lie.
const PLACE: &str = "外港监管仓";

/// A bill of lading that was filed.
#[derive(Clone)]
struct Filed {
    number: String,
    entry_date: Date,
    /// To be declared in two steps.
    summed: bool,
}

/// Who trades, and what with.
#[derive(Default)]
pub struct Trade {
    next: u32,
    bills: Vec<Filed>,
}

/// Somebody with what he asks.
pub type Ask = (Actor, Command);

fn office() -> OfficeCode {
    OfficeCode::parse("2225").expect("four digits")
}

fn elsewhere() -> OfficeCode {
    OfficeCode::parse("2248").expect("four digits")
}

fn exact(text: &str) -> Exact {
    Exact::parse(text).expect("our own numbers are numbers")
}

fn credit_code(beginning: &str) -> CreditCode {
    CreditCode::complete(beginning).expect("seventeen characters of a credit code")
}

fn firm() -> CreditCode {
    credit_code("91990000MA0000001")
}

fn broker() -> CreditCode {
    credit_code("91990000MA0000077")
}

fn actor(role: Role, name: &str, party: Option<CreditCode>) -> Actor {
    Actor {
        name: name.to_owned(),
        role,
        party: party.map(|code| code.to_string()).unwrap_or_default(),
        offices: vec![office()],
        places: vec![PLACE.to_owned()],
        posts: Vec::new(),
    }
}

fn declarant() -> Actor {
    actor(Role::Declarant, "declarant", Some(firm()))
}

fn carrier() -> Actor {
    actor(Role::Carrier, "carrier", Some(credit_code("91990000MA0000002")))
}

fn operator() -> Actor {
    actor(Role::Operator, "operator", None)
}

fn bank() -> Actor {
    actor(Role::Bank, "bank", None)
}

fn officer(name: &str, post: Post) -> Actor {
    Actor { posts: vec![post], ..actor(Role::Officer, name, None) }
}

/// The n-th officer of a post: `doc1`, `exa1`, `rel1`, `aud1`, `hea1`, …
fn name_of(post: Post, n: usize) -> String {
    format!("{}{n}", &post.name()[..3])
}

fn note(text: &str) -> StepForm {
    StepForm { note: text.to_owned(), ..StepForm::default() }
}

/// What must be there before anything else: officers, a roster, licences, a guarantee.
pub fn beginning(today: Date) -> Vec<Ask> {
    let appoint = |name: String, post| {
        let (document, to) = ("关任〔2026〕1号".to_owned(), None);
        Command::Appoint(AppointmentForm { officer: name, office: office(), post, from: today, to, document })
    };
    let head = || officer("chief", Post::Head);
    let mut asks = vec![(Actor::system(), appoint("chief".to_owned(), Post::Head))];
    for post in Post::ALL {
        asks.extend((1..=4).map(|n| (head(), appoint(name_of(post, n), post))));
    }
    // some hold two posts, and may act in one of them on a case
    for (name, post) in [("doc1", Post::Release), ("rel1", Post::DocumentCheck), ("rel2", Post::Examination)]
    {
        asks.push((head(), appoint(name.to_owned(), post)));
    }
    asks.push((officer("hea1", Post::Head), Command::SetRoster(roster())));
    asks.extend(["L1", "L2"].map(|n| (officer("hea1", Post::Head), licence(n, "100000", 1000))));
    asks.push((declarant(), guarantee()));
    let accept = GuaranteeDecisionForm { decision: "accept".to_owned(), note: String::new() };
    asks.push((
        officer("rel4", Post::Release),
        Command::DecideGuarantee { number: GUARANTEE.to_owned(), form: accept },
    ));
    asks
}

fn roster() -> Roster {
    let on =
        |post: Post, n| OnRoster { name: name_of(post, n), posts: BTreeSet::from([post]), on_duty: true };
    let mut officers: Vec<_> = (1..=4).map(|n| on(Post::Examination, n)).collect();
    officers.push(on(Post::DocumentCheck, 1));
    Roster { office: office(), officers }
}

fn guarantee() -> Command {
    Command::LodgeGuarantee(GuaranteeForm {
        office: office(),
        kind: "general".to_owned(),
        entry_number: String::new(),
        means: "bank_letter".to_owned(),
        guarantor: "示例银行".to_owned(),
        amount: exact("900000.00"),
        valid_from: Date::constant(2026, 3, 2),
        valid_to: Date::constant(2027, 3, 1),
        cases: vec!["early_release".to_owned()],
    })
}

fn licence(number: &str, quantity: &str, uses: u32) -> Command {
    Command::RecordLicence(LicenceForm {
        certificate: "7".to_owned(),
        number: number.to_owned(),
        holder: firm(),
        goods: CommodityCode::parse(&GOODS[..6]).expect("six digits"),
        unit: UnitCode::parse("007").expect("three digits"),
        quantity: exact(quantity),
        uses,
        valid_from: Date::constant(2026, 1, 1),
        valid_to: Date::constant(2027, 12, 31),
    })
}

/// A declaration of one line of vehicle lamps, FOB, from Germany.
fn form(bill: &Filed, total: &str) -> Form {
    let (consignee, entry_date) = (firm().to_string(), bill.entry_date.to_string());
    let mut form = Form::default();
    let head = [
        ("direction", "import"),
        ("declaration_office", "2225"),
        ("entry_office", "2225"),
        ("entry_date", &entry_date),
        ("bill", &bill.number),
        ("transport_mode", "2"),
        ("transport_name", "COSCO OCEANIA"),
        ("voyage", "079WW"),
        ("consignee.credit_code", &consignee),
        ("consignee.customs_code", "9999910001"),
        ("consignee.name", "示例进口有限公司"),
        ("consumer.name", "示例进口有限公司"),
        ("supervision_mode", "0110"),
        ("levy_nature", "101"),
        ("trading_country", "DE"),
        ("departure_country", "DE"),
        ("departure_port", "DEU001"),
        ("last_port", "DEU001"),
        ("entry_port", "310001"),
        ("storage_place", PLACE),
        ("packages", "10"),
        ("packaging", "22"),
        ("gross_kg", "1250.5"),
        ("net_kg", "1100"),
        ("terms", "3"),
        ("freight.mark", "3"),
        ("freight.currency", "EUR"),
        ("freight.rate", "500"),
        ("insurance.mark", "1"),
        ("insurance.rate", "0.3"),
        ("price_confirmations", "00000"),
    ];
    for (name, value) in head {
        form.head.set(name, value);
    }
    let line = form.add(Part::Line);
    for (name, value) in [
        ("number", "1"),
        ("commodity_code", GOODS),
        ("name", "车灯"),
        ("quantity", "100"),
        ("unit", "007"),
        ("first_quantity", "100"),
        ("first_unit", "007"),
        ("second_quantity", "1100"),
        ("second_unit", "035"),
        ("price", "80"),
        ("total", total),
        ("currency", "EUR"),
        ("origin", "DE"),
        ("destination", "CN"),
        ("district", "31222"),
        ("duty_mode", "1"),
    ] {
        line.set(name, value);
    }
    form
}

fn with_licence(form: &mut Form, number: &str) {
    let document = form.add(Part::Document);
    document.set("code", "7");
    document.set("number", number);
}

/// What an asker can see: the engine as a reader, and what is known of declarations.
pub struct Scene<'a> {
    pub engine: &'a Engine,
    pub law: &'a Edition,
    pub journal: &'a Journal,
}

impl Scene<'_> {
    fn record(&self, key: &RecordKey) -> Result<Option<Record>, String> {
        self.engine.read(|r| r.record(key)).map_err(told)
    }

    fn today(&self) -> Date {
        self.engine.now().day()
    }

    /// Any declaration, more often one that is not at its end.
    pub fn some_declaration(&self, chance: &mut Chance) -> Option<EntryNumber> {
        let all: Vec<(&EntryNumber, &String)> = self.journal.cases.iter().collect();
        let is_open = |state: &str| !["closed", "withdrawn"].contains(&state);
        let open: Vec<_> = all.iter().filter(|(_, state)| is_open(state)).collect();
        match (all.is_empty(), open.is_empty()) {
            (true, _) => None,
            (false, false) if chance.percent(90) => Some(*chance.of(&open).0),
            _ => Some(*chance.of(&all).0),
        }
    }
}

impl Trade {
    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// Any command by anybody, about this declaration if it is about one.
    pub fn any(
        &mut self,
        scene: &Scene<'_>,
        of: Option<EntryNumber>,
        chance: &mut Chance,
    ) -> Result<Ask, String> {
        let record = match of {
            Some(entry) => scene.record(&declaration_key(entry))?,
            None => None,
        };
        let body = record.as_ref().and_then(Record::read::<DeclarationRecord>);
        let (Some(entry), Some(record), Some(body)) = (of, record, body) else {
            return Ok(self.lodging(scene, chance));
        };
        if record.state == "released" && chance.percent(20) {
            return Ok(goods(&body, chance));
        }
        Ok(match chance.below(100) {
            0..10 => self.lodging(scene, chance),
            10..60 => self.step(scene, entry, (&record, &body), chance),
            60..76 => self.settlement(scene, &body, chance),
            76..81 => (somebody(chance), Command::OrderPayment(entry)),
            81..86 => goods(&body, chance),
            86..92 => self.refund(scene, &body, chance)?,
            92..93 => (officer("hea1", Post::Head), Command::SetRoster(shift(chance))),
            93..95 => authorisation(scene.today(), chance),
            95..97 => self.entry_reported(scene, chance)?,
            97..98 => {
                let number = format!("L{}", 1 + chance.below(4));
                (officer("hea2", Post::Head), licence(&number, "500", 3))
            }
            98..99 if chance.percent(3) => {
                (somebody(chance), Command::GiveBackGuarantee(GUARANTEE.to_owned()))
            }
            _ => {
                let by = chance.of(&[Actor::system(), declarant()]);
                (by, Command::FallDue { entry, due: scene.today() })
            }
        })
    }

    /// A bill is filed, or one is declared.
    fn lodging(&mut self, scene: &Scene<'_>, chance: &mut Chance) -> Ask {
        if self.bills.is_empty() || chance.percent(40) {
            return self.filing(scene.today(), chance);
        }
        // the newest are more likely to be open still
        let newest = self.bills.len().saturating_sub(6);
        let among = if chance.percent(85) { &self.bills[newest..] } else { &self.bills[..] };
        let bill = chance.of(among);
        let mut form = form(&bill, "8000");
        if bill.summed {
            form.head.set("declaration_kind", "  5");
        }
        if chance.percent(60) {
            with_licence(&mut form, &format!("L{}", 1 + chance.below(3)));
        }
        if chance.percent(8) {
            form.lines[0].set("total", "-1");
        }
        // now and then under aggregate payment, with its guarantee or without
        if !bill.summed && chance.percent(25) {
            form.head.set("declaration_kind", "CL");
            form.head.set("guarantee", chance.of(&[GUARANTEE, GUARANTEE, "", "G22252026000009"]));
        }
        if !chance.percent(25) {
            return (declarant(), Command::Lodge(Box::new(form)));
        }
        let broker = broker();
        let agent = [
            ("agent.credit_code", broker.as_str()),
            ("agent.customs_code", "9999980001"),
            ("agent.name", "示例报关行"),
        ];
        for (name, value) in agent {
            form.head.set(name, value);
        }
        (actor(Role::Declarant, "broker", Some(broker)), Command::Lodge(Box::new(form)))
    }

    fn filing(&mut self, today: Date, chance: &mut Chance) -> Ask {
        let days = if chance.percent(20) { 1 + chance.below(6) as i64 } else { -(chance.below(5) as i64) };
        let entry_date = today.checked_add(jiff::Span::new().days(days)).unwrap_or(today);
        let number = match chance.percent(95) || self.bills.is_empty() {
            true => format!("SIM{}", self.number()),
            false => chance.of(&self.bills).number,
        };
        let summed = chance.percent(12);
        let filed = Filed { number: number.clone(), entry_date, summed };
        if !self.bills.iter().any(|bill| bill.number == number) {
            self.bills.push(filed);
        }
        let form = BillForm {
            office: office(),
            bill: number,
            transport_mode: "2".to_owned(),
            transport_name: "COSCO OCEANIA".to_owned(),
            voyage: "079WW".to_owned(),
            direction: Direction::Import,
            entry_date: Some(entry_date),
            loading: None,
            place: PLACE.to_owned(),
            packages: 10,
            gross_kg: exact("1250.5"),
            consignee: None,
        };
        (carrier(), Command::FileBill(form))
    }

    fn filed(&self, body: &DeclarationRecord) -> Filed {
        let number = body.bill.split_once('-').map_or("", |(_, number)| number);
        let known = self.bills.iter().find(|bill| bill.number == number).cloned();
        known.unwrap_or(Filed { number: number.to_owned(), entry_date: body.completed, summed: false })
    }

    fn step(
        &mut self,
        scene: &Scene<'_>,
        entry: EntryNumber,
        (record, body): (&Record, &DeclarationRecord),
        chance: &mut Chance,
    ) -> Ask {
        let procedures = scene.law.control.procedures();
        let mut declared =
            procedures.filter(|(way, p)| *way == Direction::Import && p.record == "declaration");
        let steps = declared.next().map(|(_, procedure)| &procedure.steps[..]).unwrap_or_default();
        // what the program does by itself is seldom asked of it
        let by_itself = |n: usize| steps[n].takers.iter().all(|taker| taker == "system");
        let leaves = |n: &usize| steps[*n].leaves(&record.state) && (!by_itself(*n) || chance.percent(5));
        let leaving: Vec<usize> = (0..steps.len()).filter(leaves).collect();
        let likely = !leaving.is_empty() && chance.percent(92);
        let n = if likely { chance.of(&leaving) } else { chance.below(steps.len()) };
        let Some(step) = steps.get(n) else { return self.lodging(scene, chance) };
        let taker = chance.of(&step.takers);
        let by = taker_of(&taker, body, chance);
        let form = self.content(&step.id, body, chance);
        (by, Command::TakeStep { entry, step: step.id.clone(), form: Box::new(form) })
    }

    /// What is in form for a step; now and then spoilt.
    fn content(&mut self, step: &str, body: &DeclarationRecord, chance: &mut Chance) -> StepForm {
        let bill = self.filed(body);
        let full = |chance: &mut Chance, total: &str| {
            let mut declaration = form(&bill, total);
            if bill.summed {
                declaration.head.set("declaration_kind", "  6");
            }
            if chance.percent(70) {
                with_licence(&mut declaration, &format!("L{}", 1 + chance.below(2)));
            }
            if !bill.summed && body.aggregate.is_some() {
                declaration.head.set("declaration_kind", "CL");
                declaration.head.set("guarantee", GUARANTEE);
            }
            Some(Box::new(declaration))
        };
        let found = |quantity: Option<&str>| {
            let quantity = quantity.and_then(Exact::parse);
            StepForm {
                sheet: vec![SheetLine { number: 1, quantity, ..SheetLine::default() }],
                ..note("查验记录")
            }
        };
        let mut content = match step {
            "request_amendment" => {
                let total = chance.of(&["7000", "8000", "8500", "9000", "20000"]);
                StepForm { declaration: full(chance, total), ..note("单价录入错误") }
            }
            "complete" => StepForm { declaration: full(chance, "8000"), ..note("") },
            "pass_examination" => found(None),
            "report_discrepancy" => found(Some("90")),
            "use_guarantee" => StepForm { guarantee: GUARANTEE.to_owned(), ..note("") },
            _ => note("说明"),
        };
        if chance.percent(6) {
            match chance.below(4) {
                0 => content.note = " ".to_owned(),
                1 => content.note = "长".repeat(2001),
                2 => content.sheet.push(SheetLine { number: 7, ..SheetLine::default() }),
                _ => content.declaration = None,
            }
        }
        content
    }

    /// A payment that no message asked for: the right amount, another, for a book that is paid or is none.
    fn settlement(&mut self, scene: &Scene<'_>, body: &DeclarationRecord, chance: &mut Chance) -> Ask {
        let open: Vec<_> = body.open_books().collect();
        let likely = !open.is_empty() && chance.percent(80);
        let books: Vec<_> = if likely { open } else { body.books.iter().collect() };
        // a summary has no books
        if books.is_empty() {
            return self.lodging(scene, chance);
        }
        let book = chance.of(&books);
        let amount = if chance.percent(85) { book.amount.to_string() } else { "1.00".to_owned() };
        let number = if chance.percent(96) { book.number.clone() } else { "nobody's".to_owned() };
        // now and then a reference that stands for another payment
        let reference = match chance.percent(92) {
            true => self.number(),
            false => 1 + chance.below(self.next.max(1) as usize) as u32,
        };
        let settlement = Settlement {
            book: number,
            amount: exact(&amount),
            order: String::new(),
            reference: format!("R{reference}"),
        };
        let by = if chance.percent(97) { bank() } else { somebody(chance) };
        (by, Command::Settle(settlement))
    }

    /// A refund is asked for, decided on, or gets its account.
    fn refund(
        &mut self,
        scene: &Scene<'_>,
        body: &DeclarationRecord,
        chance: &mut Chance,
    ) -> Result<Ask, String> {
        let query = Query { kind: "refund".to_owned(), newest_first: true, limit: 12, ..Query::default() };
        let mut refunds = scene.engine.read(|r| r.records(&query)).map_err(told)?;
        refunds
            .retain(|record| ["filed", "notified", "proposed", "bounced"].contains(&record.state.as_str()));
        let reduced: Vec<String> =
            body.books.iter().filter(|b| !b.reduced.is_zero()).map(|b| b.number.clone()).collect();
        if !reduced.is_empty() && (refunds.is_empty() || chance.percent(40)) {
            let form = RefundForm {
                ground: "amended".to_owned(),
                books: reduced,
                account: "示例银行 6222000011112222".to_owned(),
                reason: "多缴".to_owned(),
                ..RefundForm::default()
            };
            return Ok((declarant(), Command::ApplyForRefund(Box::new(form))));
        }
        if refunds.is_empty() {
            return Ok(self.lodging(scene, chance));
        }
        let record = chance.of(&refunds);
        let Some(kept) = record.read::<KeptRefund>() else {
            return Err(format!("{} is unreadable", record.key));
        };
        let decides = |decision: &str| Command::DecideRefund {
            number: kept.number.clone(),
            form: RefundDecisionForm { decision: decision.to_owned(), note: "说明".to_owned() },
        };
        let head = officer(&name_of(Post::Head, 1 + chance.below(2)), Post::Head);
        Ok(match record.state.as_str() {
            "filed" => {
                (officer(&name_of(Post::Release, 1 + chance.below(2)), Post::Release), decides("propose"))
            }
            "proposed" => {
                let decision = chance.of(&["approve", "approve", "approve", "send_back", "refuse"]);
                (head, decides(decision))
            }
            _ => {
                let account = "示例银行 6222000033334444".to_owned();
                (declarant(), Command::NameRefundAccount { number: kept.number.clone(), account })
            }
        })
    }

    /// The carrier reports entry of a bill, corrects it, or mistakes a day.
    fn entry_reported(&mut self, scene: &Scene<'_>, chance: &mut Chance) -> Result<Ask, String> {
        let ahead: Vec<&Filed> = self.bills.iter().rev().take(30).collect();
        if ahead.is_empty() {
            return Ok(self.lodging(scene, chance));
        }
        let filed = chance.of(&ahead).clone();
        let key = customhouse_control::bill_key(office(), &filed.number);
        let entered = scene.record(&key)?.and_then(|r| r.read::<BillRecord>()).and_then(|bill| bill.entered);
        let today = scene.today();
        let days = [today, filed.entry_date, today.yesterday().unwrap_or(today)];
        let report = EntryReport {
            office: office(),
            bill: filed.number,
            entered: chance.of(&days),
            corrects: if chance.percent(90) { entered } else { None },
        };
        Ok((carrier(), Command::ReportEntry(report)))
    }
}

fn somebody(chance: &mut Chance) -> Actor {
    let others = [
        bank(),
        operator(),
        officer("nobody", Post::Release),
        actor(Role::Declarant, "broker", Some(broker())),
    ];
    if chance.percent(80) { declarant() } else { chance.of(&others) }
}

/// Who a procedure's taker is; now and then somebody else.
fn taker_of(taker: &str, body: &DeclarationRecord, chance: &mut Chance) -> Actor {
    let drawn = body.examinations.last().map(|e| e.officers.clone()).unwrap_or_default();
    let acted = body.timeline.iter().filter(|m| m.post.is_some()).map(|m| m.by.clone());
    let acted: Vec<String> = acted.collect();
    let post = if chance.percent(92) { Post::parse(taker) } else { Some(chance.of(&Post::ALL)) };
    match post {
        Some(Post::Examination) if !drawn.is_empty() && chance.percent(80) => {
            officer(&chance.of(&drawn), Post::Examination)
        }
        // somebody who acted on it, perhaps in another post
        Some(post) if !acted.is_empty() && chance.percent(15) => officer(&chance.of(&acted), post),
        // most officers keep to their post, some try another
        Some(post) => {
            let of = if chance.percent(80) { post } else { chance.of(&Post::ALL) };
            officer(&name_of(of, 1 + chance.below(2)), post)
        }
        None if taker == "declarant" => somebody(chance),
        None if taker == "operator" => operator(),
        None if taker == "carrier" => carrier(),
        None => chance.of(&[bank(), operator(), Actor::system()]),
    }
}

fn goods(body: &DeclarationRecord, chance: &mut Chance) -> Ask {
    let number = body.bill.split_once('-').map_or("", |(_, number)| number);
    let part = [(10, "1250.5"), (10, "1250.5"), (5, "625.25"), (5, "625.25"), (1, "1250.5"), (11, "1")];
    let (packages, gross) = chance.of(&part);
    let office = if chance.percent(95) { office() } else { elsewhere() };
    let out = GoodsOut { office, bill: number.to_owned(), packages, gross_kg: exact(gross) };
    (operator(), Command::ReportGoodsOut(out))
}

/// Some of the examiners are on duty.
fn shift(chance: &mut Chance) -> Roster {
    let mut roster = roster();
    for officer in &mut roster.officers {
        officer.on_duty = chance.percent(85);
    }
    roster
}

fn authorisation(today: Date, chance: &mut Chance) -> Ask {
    let form = AuthorisationForm {
        agent: broker(),
        scope: chance.of(&[Scope::Import, Scope::Both, Scope::Export]),
        office: chance.of(&[None, Some(office()), Some(elsewhere())]),
        in_name: InName::Client,
        valid_from: today,
        valid_to: today.checked_add(jiff::Span::new().days(360)).unwrap_or(today),
        refunds: chance.percent(50),
    };
    let command = match chance.percent(75) {
        true => Command::GrantAuthorisation(form),
        false => Command::RevokeAuthorisation(broker()),
    };
    (declarant(), command)
}
